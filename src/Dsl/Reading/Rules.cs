using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules between the fields of a spec. Each rule is a function from a spec to its violations.</summary>
public static class Rules
{
    /// <summary>Every broken rule; empty for a spec that can be planned.</summary>
    public static Sequence<Violation> Check(Spec spec)
    {
        var data = DataPlan.Of(spec.Data);
        return Name(spec.Name)
            .Concat(Stages(spec))
            .Concat(DataRules.Check(spec.Data, data, UsesLabels(spec), UsesTest(spec)))
            .Concat(EncoderRules.Check("encoder", spec.Encoder, data.Side))
            .Concat(spec.Distill is { } distill ? EncoderRules.Check("distill.student", distill.Student.ToEncoder(), data.Side) : [])
            .Concat(StageRules.Check(spec, data))
            .Concat(OwnChoices.Check(spec))
            .ToSequence();
    }

    /// <summary>Whether any stage uses labels or test images, as every stage but contrastive pretraining does.</summary>
    public static bool UsesLabels(Spec spec) =>
        spec.Finetune is not null
        || spec.SelfDistill is not null
        || spec.Distill is not null
        || spec.Pretrain?.OnlineLinear is not null
        || spec.Evaluate is { Knn: not null } or { Linear: not null } or { Supervised: not null };

    /// <summary>
    /// Whether any stage measures on test images: every stage but contrastive pretraining, unless validation images are used.
    /// </summary>
    internal static bool UsesTest(Spec spec) => UsesLabels(spec) && spec.Evaluate?.On != EvaluateOn.Validation;

    // A spec without any stage is an error, because there would be nothing to run.
    private static IEnumerable<Violation> Stages(Spec spec) =>
        spec is { Pretrain: null, Finetune: null, SelfDistill: null, Distill: null }
        && spec.Evaluate is null or { Knn: null, Linear: null, Supervised: null }
            ? [SpecErrors.NoStage.Broken("")]
            : [];

    // The form of a name is narrow because it is used as the name of a class, a folder and a file.
    private static IEnumerable<Violation> Name(string name) =>
        NameFault(name) is { } fault ? [SpecErrors.NameForm.Broken("name", name, fault)] : [];

    private static string? NameFault(string name) =>
        name.Length == 0 ? "is empty"
        : name.IndexOfAny(['/', '\\']) >= 0 ? "is a path"
        : name.Any(IsOdd) ? $"contains '{name.First(IsOdd)}'"
        : !IsLetter(name[0]) ? $"starts with '{name[0]}'"
        : name[name.Length - 1] == '-' ? "ends with a hyphen"
        : Plan.IdentifierOf(name) is "SimClrDsl" or "TorchSharp" or "System" ? "would hide a namespace that generated code uses"
        : null;

    private static bool IsOdd(char letter) => !IsLetter(letter) && !IsDigit(letter) && letter != '-';

    private static bool IsLetter(char letter) => letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    private static bool IsDigit(char letter) => letter is >= '0' and <= '9';
}
