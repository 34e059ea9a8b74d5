using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Execution;

/// <summary>Identifies the program that computes a stage: what another program has computed is not taken for its own.</summary>
internal static class ProgramCode
{
    private const int DigestBytes = 8;

    /// <summary>
    /// A digest of the compiled code of planning, generation and runtime, of the kernels where they are in use, and of libtorch's version:
    /// 16 hexadecimal digits.
    /// </summary>
    /// <param name="generator">
    /// A type of the generator, in a program that generates code while it runs. An application's code was generated when it was built, and
    /// its generator has the version of its runtime.
    /// </param>
    public static string Digest(Type? generator)
    {
        var modules = new[] { typeof(Plan), generator, typeof(Stage) }
            .OfType<Type>()
            .Select(static type => type.Module.ModuleVersionId.ToString("N"));
        var kernels = Kernels.File is { } file ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) : "none";
        var text = string.Join('\n', [.. modules, kernels, Capabilities.Provider]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, DigestBytes));
    }
}
