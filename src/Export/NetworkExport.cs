using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Export;

/// <summary>Writes the networks that a run of an application has trained.</summary>
public static class NetworkExport
{
    /// <summary>
    /// Writes a network for ONNX Runtime. The file is run and compared with the network first; if they differ, nothing is written.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="path">Path of the file to write.</param>
    /// <param name="form">
    /// What the file takes and gives; null for decoded pictures of any size, uint8 [batch, height, width, 3], and probabilities.
    /// </param>
    /// <exception cref="InputException">The checkpoint cannot be read, the outputs differ, or the file cannot be written.</exception>
    public static ExportedOnnx ExportOnnx(this TrainedNetwork network, string path, OnnxForm? form = null) =>
        OnnxExport
            .Write(path, network.Checkpoint, network.Plan, network.Stage, network.OpenExact(), form ?? new OnnxForm(Pictures: true))
            .OrThrow();
}
