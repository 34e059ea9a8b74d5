using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Images;

/// <summary>Image sets of picture files, without a folder around them.</summary>
internal static class PictureSets
{
    /// <summary>Files that stay encoded, all of class 0.</summary>
    internal static FileSet Files(int side, Resizing resizing, params EncodedImage[] files) =>
        new(files, zeros(files.Length, dtype: ScalarType.Int64), side) { Resizing = resizing };
}
