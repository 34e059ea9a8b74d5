using System.Text.Json;
using static TorchSharp.torch;

namespace SimClrDsl.Bench.Peers;

/// <summary>What the command line gave: PEER FOLDER step|loop STEPS float32|bf16.</summary>
internal sealed class Work
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly string folder;

    public Work(string[] arguments)
    {
        folder = arguments[1];
        IsStep = arguments[2] == "step";
        First = int.Parse(arguments[3], System.Globalization.CultureInfo.InvariantCulture);
        Compute = arguments[4] == "bf16" ? bfloat16 : float32;
        Workload = JsonSerializer.Deserialize<Workload>(File.ReadAllText(Path.Combine(folder, "workload.json")), Json)!;
        Device = device(Workload.Device);
        set_num_threads(Workload.Threads);
    }

    public Workload Workload { get; }

    public Device Device { get; }

    /// <summary>Whether the step alone is measured, on views that lie ready, and not the whole loop.</summary>
    public bool IsStep { get; }

    /// <summary>Steps before the first measurement.</summary>
    public int First { get; }

    /// <summary>What the tuned peer's network computes in.</summary>
    public ScalarType Compute { get; }

    /// <summary>Tensors of one of the shared files, by name.</summary>
    public Dictionary<string, Tensor> Read(string name) => SafeTensorsFile.Read(Path.Combine(folder, $"{name}.safetensors"));

    /// <summary>Views that are augmented and on the device, first ones then second ones, over and over.</summary>
    public IEnumerable<Tensor> ReadyViews()
    {
        var views = Read("views");
        var batches = new List<Tensor>();
        for (var i = 0; i < views.Count / 2; i++)
        {
            using Tensor first = views[$"{i}.first"],
                second = views[$"{i}.second"];
            using var both = cat([first, second]);
            batches.Add(both.to(Device));
        }

        return Repeated(batches);
    }

    private static IEnumerable<Tensor> Repeated(IReadOnlyList<Tensor> batches)
    {
        while (true)
        {
            foreach (var batch in batches)
            {
                yield return batch;
            }
        }
    }
}
