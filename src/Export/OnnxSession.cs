using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace SimClrDsl.Export;

/// <summary>A file that ONNX Runtime runs on the processor.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();

    /// <summary>Opens a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="threads">Threads of ONNX Runtime, which has a pool of its own beside that of libtorch.</param>
    public OnnxSession(string path, int threads)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        session = new(path, settings);
    }

    /// <summary>Names of the outputs, in order.</summary>
    public IReadOnlyList<string> Outputs => session.OutputNames;

    /// <summary>Runs the file.</summary>
    /// <param name="input">float32 or uint8, contiguous on the CPU.</param>
    /// <returns>Each output by its name, float32.</returns>
    public IReadOnlyDictionary<string, Tensor> Run(Tensor input)
    {
        using var value =
            input.dtype == ScalarType.Byte
                ? OrtValue.CreateTensorValueFromMemory(input.bytes.ToArray(), input.shape)
                : OrtValue.CreateTensorValueFromMemory(input.data<float>().ToArray(), input.shape);
        using var results = session.Run(options, [session.InputNames[0]], [value], Outputs);
        return Outputs
            .Zip(results, static (name, value) => (Name: name, Value: value))
            .ToDictionary(static pair => pair.Name, static pair => Copy(pair.Value));
    }

    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }

    private static Tensor Copy(OrtValue value) =>
        tensor(value.GetTensorDataAsSpan<float>().ToArray()).reshape(value.GetTensorTypeAndShape().Shape);
}
