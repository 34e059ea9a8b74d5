using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>An element type of the safetensors format.</summary>
/// <param name="Name">Name in the header.</param>
/// <param name="Scalar">The corresponding type of a tensor.</param>
/// <param name="Size">Bytes per element.</param>
internal sealed record SafeTensorsType(string Name, ScalarType Scalar, int Size)
{
    private static readonly SafeTensorsType[] All =
    [
        new("F64", ScalarType.Float64, 8),
        new("I64", ScalarType.Int64, 8),
        new("F32", ScalarType.Float32, 4),
        new("I32", ScalarType.Int32, 4),
        new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2),
        new("U8", ScalarType.Byte, 1),
        new("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The names of all supported types, for messages.</summary>
    internal static string Names => string.Join(", ", All.Select(static type => type.Name));

    internal static SafeTensorsType? Named(string? name) => Array.Find(All, type => type.Name == name);

    internal static SafeTensorsType Of(ScalarType scalar) =>
        Array.Find(All, type => type.Scalar == scalar)
        ?? throw new NotSupportedException($"Tensors of {scalar} cannot be saved; the types that can are {Names}.");
}
