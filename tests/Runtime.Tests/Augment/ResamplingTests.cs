using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

public sealed class ResamplingTests
{
    private static readonly Resizing Plain = new(Bicubic.Tf2, Antialias: false);

    [Fact]
    public void A_whole_crop_of_the_same_size_is_the_image()
    {
        var images = Values.Images(3, 3, 28, 28);
        var same = images.Resample([.. Enumerable.Repeat(CropBox.Whole(28, 28), 3)], new bool[3], 28, Plain);
        Values.Close(Scaled(images), same.Floats(), 1e-6);
    }

    [Fact]
    public void Mirrored_images_are_mirrored_exactly()
    {
        var images = Values.Images(2, 1, 8, 8);
        CropBox[] boxes = [new(1, 2, 5, 6), new(0, 0, 8, 8)];
        var plain = images.Resample(boxes, [false, false], 8, Plain);
        var mirrored = images.Resample(boxes, [true, true], 8, Plain);
        Assert.Equal(plain.flip(3).Floats(), mirrored.Floats());
    }

    // Pillow 9.4, which uses the same kernel, border and pixel centres (and antialiasing only when it shrinks):
    // Image.fromarray(a, mode="F").resize((9, 9), Image.BICUBIC), / 255, clipped.
    [Fact]
    public void Enlarging_agrees_with_Pillow()
    {
        float[] expected =
        [
            0.000000f,
            0.013444f,
            0.078858f,
            0.173000f,
            0.275832f,
            0.406875f,
            0.620092f,
            0.827060f,
            0.917653f,
            0.000000f,
            0.023808f,
            0.103243f,
            0.220404f,
            0.379750f,
            0.528465f,
            0.600753f,
            0.626845f,
            0.642397f,
            0.000000f,
            0.048148f,
            0.158720f,
            0.315140f,
            0.551174f,
            0.711578f,
            0.548771f,
            0.279854f,
            0.172543f,
            0.025453f,
            0.095530f,
            0.262076f,
            0.402709f,
            0.421110f,
            0.401846f,
            0.383501f,
            0.361059f,
            0.351714f,
            0.072013f,
            0.160810f,
            0.388388f,
            0.502653f,
            0.246078f,
            0.009644f,
            0.208919f,
            0.537555f,
            0.668821f,
            0.129014f,
            0.245973f,
            0.542538f,
            0.706138f,
            0.453790f,
            0.163776f,
            0.168399f,
            0.275974f,
            0.313512f,
            0.225529f,
            0.322379f,
            0.562450f,
            0.719504f,
            0.617140f,
            0.439146f,
            0.276973f,
            0.137554f,
            0.074925f,
            0.402936f,
            0.371842f,
            0.284065f,
            0.274859f,
            0.483198f,
            0.680906f,
            0.626828f,
            0.485707f,
            0.432195f,
            0.497270f,
            0.394799f,
            0.124356f,
            0.021489f,
            0.398267f,
            0.803257f,
            0.819464f,
            0.690575f,
            0.647591f,
        ];
        var pixels =
            from i in Enumerable.Range(0, 5)
            from j in Enumerable.Range(0, 4)
            select (byte)((7 * i * i) + (13 * j * j) + (29 * i * j) + (31 * j));
        var image = tensor(pixels.ToArray()).reshape(1, 1, 5, 4);
        Values.Close(expected, image.Resample([CropBox.Whole(5, 4)], [false], 9, Plain).Clip().Floats(), 2e-6);
    }

    [Theory]
    [InlineData(28, 1)]
    [InlineData(12, 3)]
    [InlineData(40, 3)]
    public void Crops_agree_with_a_resize_of_the_crop_alone(int side, int channels)
    {
        var images = Values.Images(4, channels, 28, 20);
        CropBox[] boxes = [new(0, 0, 28, 20), new(3, 5, 11, 9), new(27, 19, 1, 1), new(20, 0, 8, 13)];
        bool[] mirror = [false, true, false, true];
        var actual = images.Resample(boxes, mirror, side, Plain).Clip();
        for (var n = 0; n < boxes.Length; n++)
        {
            for (var c = 0; c < channels; c++)
            {
                var crop = images[n, c].narrow(0, boxes[n].Top, boxes[n].Height).narrow(1, boxes[n].Left, boxes[n].Width);
                var expected = Resize(Scaled(crop), boxes[n].Height, boxes[n].Width, side, mirror[n]);
                Values.Close(expected, actual[n, c].Floats(), 2e-6);
            }
        }
    }

    private static float[] Scaled(Tensor bytes) => [.. bytes.Floats().Select(static value => value / 255)];

    // One pixel after the other, straight from the definition.
    private static float[] Resize(float[] image, int height, int width, int side, bool mirror)
    {
        var result = new float[side * side];
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var (sum, weights) = (0.0, 0.0);
                for (var i = 0; i < height; i++)
                {
                    for (var j = 0; j < width; j++)
                    {
                        var w = Keys(((y + 0.5) * height / side) - 0.5 - i) * Keys(((x + 0.5) * width / side) - 0.5 - j);
                        sum += w * image[(i * width) + j];
                        weights += w;
                    }
                }

                result[(y * side) + (mirror ? side - 1 - x : x)] = (float)Math.Clamp(sum / weights, 0, 1);
            }
        }

        return result;
    }

    [Theory]
    [InlineData(11, 9, 16)]
    [InlineData(20, 30, 7)]
    public void Torchs_kernel_is_that_of_libtorchs_own_interpolation(int height, int width, int side)
    {
        var images = Values.Images(2, 3, 32, 40);
        CropBox[] boxes = [new(3, 5, height, width), new(12, 10, height, width)];
        var actual = images.Resample(boxes, new bool[2], side, new(Bicubic.Torch, Antialias: false)).Clip();
        foreach (var (i, box) in boxes.Index())
        {
            var crop = images.narrow(0, i, 1).narrow(2, box.Top, height).narrow(3, box.Left, width).to(ScalarType.Float32).div(255);
            var expected = nn.functional.interpolate(crop, size: [side, side], mode: InterpolationMode.Bicubic, align_corners: false);
            Values.Close(expected.clamp(0, 1).Floats(), actual.narrow(0, i, 1).Floats(), 1e-5);
        }
    }

    // Keys' kernel with a = −3/4 at pixels of whole numbers: pixel i of the result lies at i · scale; written out for one line.
    [Fact]
    public void The_kernel_of_TensorFlow_1_has_no_half_pixels_and_repeats_the_edge()
    {
        byte[] line = [10, 200, 30, 90, 250];
        var image = tensor(line).reshape(1, 1, 1, 5).expand(1, 1, 5, 5).contiguous();
        var actual = image.Resample([CropBox.Whole(5, 5)], [false], 8, new(Bicubic.Tf1, Antialias: false)).Clip().select(2, 0).Floats();
        static double Weight(double d) =>
            d <= 1 ? (1.25 * d * d * d) - (2.25 * d * d) + 1 : (-0.75 * d * d * d) + (3.75 * d * d) - (6 * d) + 3;
        for (var i = 0; i < 8; i++)
        {
            var at = i * 5.0 / 8;
            var first = (int)Math.Floor(at);
            var value = Enumerable.Range(first - 1, 4).Sum(tap => Weight(Math.Abs(at - tap)) * line[Math.Clamp(tap, 0, 4)]) / 255;
            Assert.Equal(Math.Clamp(value, 0, 1), actual[i], 1e-5);
        }
    }

    private static double Keys(double distance)
    {
        const double a = -0.5;
        var d = Math.Abs(distance);
        return d switch
        {
            < 1 => ((a + 2) * d * d * d) - ((a + 3) * d * d) + 1,
            < 2 => (a * d * d * d) - (5 * a * d * d) + (8 * a * d) - (4 * a),
            _ => 0,
        };
    }
}
