using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>
/// Names under which measurements of this machine are kept in the cache folder. Measurements have the same name only if all that they depend
/// on is the same.
/// </summary>
internal static class MeasurementName
{
    private const int HashDigits = 16;

    /// <summary>A name: the kind of the measurement, and a hash of everything that it depends on.</summary>
    /// <param name="kind">The kind, such as "precision".</param>
    /// <param name="version">Version of the way in which it is measured.</param>
    /// <param name="measurer">The type that measures; what another build of its assembly has measured has another name.</param>
    /// <param name="measured">What is measured, in lines.</param>
    public static string Of(string kind, int version, Type measurer, params IEnumerable<string> measured)
    {
        var text = string.Join(
            '\n',
            [
                string.Create(CultureInfo.InvariantCulture, $"simclr {kind} {version}"),
                Machine.This().Processor,
                get_num_threads().ToString(CultureInfo.InvariantCulture),
                Capabilities.Provider,
                Kernels.Description,
                measurer.Module.ModuleVersionId.ToString(),
                .. measured,
            ]
        );
        return $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits]}";
    }
}
