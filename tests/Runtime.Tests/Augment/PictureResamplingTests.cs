using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tests.Images;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

/// <summary>Views of single pictures are those of a batch of tensors.</summary>
public sealed class PictureResamplingTests
{
    [Theory]
    [InlineData(0, 0, 17, 23, false, 17, Bicubic.Tf2)]
    [InlineData(2, 5, 9, 12, false, 16, Bicubic.Tf2)]
    [InlineData(2, 5, 9, 12, true, 16, Bicubic.Tf2)]
    [InlineData(8, 0, 9, 23, true, 7, Bicubic.Tf2)]
    [InlineData(16, 22, 1, 1, false, 5, Bicubic.Tf2)]
    [InlineData(2, 5, 9, 12, true, 16, Bicubic.Tf1)]
    [InlineData(8, 0, 9, 23, false, 7, Bicubic.Tf1)]
    [InlineData(16, 22, 1, 1, false, 5, Bicubic.Tf1)]
    [InlineData(2, 5, 9, 12, true, 16, Bicubic.Torch)]
    [InlineData(8, 0, 9, 23, false, 7, Bicubic.Torch)]
    [InlineData(16, 22, 1, 1, false, 5, Bicubic.Torch)]
    public void A_view_is_that_of_the_batched_operation(int top, int left, int height, int width, bool mirror, int side, Bicubic bicubic)
    {
        var picture = Pictures.Decode(PictureTests.File("colour.png"));
        var box = new CropBox(top, left, height, width);
        var view = new float[3 * side * side];
        var resizing = new Resizing(bicubic, Antialias: top % 2 == 0);
        PictureResampling.Resize(picture, box, mirror, side, view, resizing);

        var pixels = tensor(picture.Pixels).reshape(picture.Height, picture.Width, 3).permute(2, 0, 1).unsqueeze(0);
        Values.Close(pixels.Resample([box], [mirror], side, resizing).Floats(), view, 1e-5);
    }
}
