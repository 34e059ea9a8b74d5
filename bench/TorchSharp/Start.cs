using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SimClrDsl.Bench.Peers;

/// <summary>The network at the start of training, and the loss.</summary>
internal static class Start
{
    // torch.nn's names of parameters, and what those are in a checkpoint of the project.
    private static readonly (string Peer, string Ours)[] Renamed =
    [
        (".conv.weight", ".kernel"),
        (".dense.weight", ".kernel"),
        (".norm.weight", ".norm.scale"),
        (".norm.bias", ".norm.shift"),
        (".gamma.weight", ".scale"),
        (".expand.weight", ".expand"),
    ];

    /// <summary>The network with the weights that everyone starts from; every weight of the file is used.</summary>
    public static Contrastive Network(Work work)
    {
        var network = new Contrastive(work.Workload);
        var trained = network
            .named_parameters()
            .Where(static one => one.parameter.requires_grad)
            .ToDictionary(static one => Leaf(one.name), static one => one.parameter);
        var given = work.Read("weights")
            .Where(static one => one.Key.StartsWith("params.", StringComparison.Ordinal))
            .ToDictionary(static one => one.Key, static one => one.Value);
        if (given.Keys.Except(trained.Keys).Concat(trained.Keys.Except(given.Keys)).FirstOrDefault() is { } odd)
        {
            throw new InvalidDataException($"{odd} is a weight of one network only");
        }

        using (no_grad())
        {
            foreach (var (name, parameter) in trained)
            {
                using var values = given[name];
                _ = parameter.copy_(values);
            }
        }

        network.train();
        _ = network.to(work.Device);
        return network;
    }

    /// <summary>The parameters that are trained.</summary>
    public static IReadOnlyList<Parameter> Trained(Module network) =>
        [.. network.parameters().Where(static parameter => parameter.requires_grad)];

    /// <summary>Eq. 1 over rows of first views, then second ones; in float32, whatever the network computes in.</summary>
    public static Tensor NtXent(Tensor z, double temperature, double factor)
    {
        using var scope = NewDisposeScope();
        var rows = functional.normalize(z.to(float32), eps: 1e-6);
        var count = rows.size(0);
        var logits = rows.matmul(rows.t()) / temperature;
        logits = logits - 1e9 * eye(count, device: z.device);
        var partner = arange(count, device: z.device).roll(count / 2);
        return (functional.cross_entropy(logits, partner) * factor).MoveToOuterDisposeScope();
    }

    private static string Leaf(string name)
    {
        var (peer, ours) = Renamed.First(pair => name.EndsWith(pair.Peer, StringComparison.Ordinal));
        return $"params.{name[..^peer.Length]}{ours}";
    }
}
