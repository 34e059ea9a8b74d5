using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>The different networks of a sweep, each in a namespace of its own: <c>SimClrDsl.Experiments.Table1.ResNet50X2Sk</c>.</summary>
internal sealed class SharedNetworks
{
    private readonly string sweep;
    private readonly IReadOnlyList<(EncoderPlan Plan, string Name)> networks;

    private SharedNetworks(string sweep, IReadOnlyList<(EncoderPlan Plan, string Name)> networks) =>
        (this.sweep, this.networks) = (sweep, networks);

    public static SharedNetworks Of(SweepPlan sweep)
    {
        var networks = new List<(EncoderPlan Plan, string Name)>();
        foreach (var plan in sweep.Plans.SelectMany(Encoders).Distinct())
        {
            // Networks with the same title may still differ in their stem or in the size of their images.
            var same = networks.Count(network => IdentifierOf(network.Plan) == IdentifierOf(plan));
            networks.Add((plan, same == 0 ? IdentifierOf(plan) : $"{IdentifierOf(plan)}N{same + 1}"));
        }

        return new(sweep.Identifier, networks);
    }

    /// <summary>The namespace of a network of the sweep.</summary>
    private string NamespaceOf(EncoderPlan plan) =>
        $"{ExperimentEmitter.Root}.{sweep}.{networks.First(network => network.Plan == plan).Name}";

    public IEnumerable<SourceFile> Files() =>
        networks.SelectMany(network => ExperimentEmitter.Network($"{sweep}.{network.Name}", network.Plan));

    /// <summary>
    /// The usings of an experiment's files for its shared networks. A shared student gets the alias <c>Student</c>, which is the name of
    /// the class that an experiment with a student of its own has.
    /// </summary>
    public IReadOnlyList<string> UsingsOf(Plan plan) =>
        [
            NamespaceOf(plan.Encoder),
            .. plan.Distill is { } distill && DistillCode.HasEncoderOfItsOwn(plan, distill)
                ? [$"Student = {NamespaceOf(distill.Student)}"]
                : Array.Empty<string>(),
        ];

    private static IEnumerable<EncoderPlan> Encoders(Plan plan) =>
        plan.Distill is { } distill ? [plan.Encoder, distill.Student] : [plan.Encoder];

    // ResNet-50 ×0.25 +SK becomes ResNet50X0p25Sk.
    private static string IdentifierOf(EncoderPlan plan) =>
        plan.Title.Replace("×", "X").Replace("+SK", "Sk").Replace("+D", "D").Replace(".", "p").Replace("-", "").Replace(" ", "");
}
