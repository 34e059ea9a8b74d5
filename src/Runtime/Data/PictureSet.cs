using LanguageExt;
using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>Makes image sets of picture files. Small images are decoded at once, large ones when a batch needs them.</summary>
internal static class PictureSet
{
    private const int Colours = 3;

    /// <summary>The pictures as a network takes them, with their labels.</summary>
    /// <returns>The set; an error if a small picture, which is decoded at once, has changed since it was checked.</returns>
    public static Either<InputError, ImageSet> Of(ImageInput input, IReadOnlyList<LabelledFile> files) =>
        Inputs.Catch<ImageSet>(() =>
        {
            var images = files.Select(static file => file.Image).ToList();
            var labels = files.Select(static file => file.Label).ToArray();
            return input.StaysEncoded
                ? new FileSet(images, tensor(labels), input.Side) { Resizing = input.Resizing }
                : new PixelSet(Decoded(images, input), tensor(labels)) { Resizing = input.Resizing };
        });

    // Decodes directly into a tensor [N, C, side, side], because the pixels may exceed the largest size of an array.
    private static Tensor Decoded(IReadOnlyList<EncodedImage> images, ImageInput input)
    {
        var (side, grey) = (input.Side, input.Channels == 1);
        var pixels = empty([images.Count, input.Channels, side, side], dtype: ScalarType.Byte);
        InParallel.For(
            images.Count,
            i =>
                images[i]
                    .Use(file =>
                    {
                        using var image = pixels.select(0, i);
                        if (grey)
                        {
                            var planes = new byte[Colours * side * side];
                            Write(Pictures.Decode(file), side, planes, input.Resizing);
                            Grey(planes, image.bytes);
                        }
                        else
                        {
                            Write(Pictures.Decode(file), side, image.bytes, input.Resizing);
                        }
                    })
        );
        return pixels;
    }

    /// <summary>Writes a picture as [3, side, side]. A picture of another size is cropped to its central square and resized.</summary>
    private static void Write(Picture picture, int side, Span<byte> planes, Resizing resizing)
    {
        if (picture.Width == side && picture.Height == side)
        {
            for (var i = 0; i < side * side; i++)
            {
                for (var colour = 0; colour < Colours; colour++)
                {
                    planes[(colour * side * side) + i] = picture.Pixels[(i * Colours) + colour];
                }
            }

            return;
        }

        var view = new float[planes.Length];
        PictureResampling.Resize(picture, CropBox.Central(picture.Height, picture.Width, share: 1), mirror: false, side, view, resizing);
        for (var i = 0; i < view.Length; i++)
        {
            planes[i] = (byte)Math.Round(255 * Math.Clamp(view[i], 0, 1));
        }
    }

    // The brightness of ITU-R 601 in whole numbers, as Pillow computes it: a grey pixel keeps its value.
    private static void Grey(ReadOnlySpan<byte> planes, Span<byte> grey)
    {
        for (var i = 0; i < grey.Length; i++)
        {
            var (red, green, blue) = (planes[i], planes[grey.Length + i], planes[(2 * grey.Length) + i]);
            grey[i] = (byte)(((19595 * red) + (38470 * green) + (7471 * blue) + 0x8000) >> 16);
        }
    }
}
