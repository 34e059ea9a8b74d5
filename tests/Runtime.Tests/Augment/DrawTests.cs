using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Images;
using SimClrDsl.Specs;
using static TorchSharp.torch;
using Files18 = SimClrDsl.Experiments.Files18;

namespace SimClrDsl.Runtime.Tests.Augment;

/// <summary>
/// Every random choice is made for each image, operation, view and step by itself. Shown on batches of one and the same image, by what
/// became of its copies.
/// </summary>
public sealed class DrawTests
{
    private const int Copies = 800;

    // Of the pictures whose crops can be read off: red grows to the right, green downwards.
    private const int Ramp = 64;

    private static byte[] RampPixels =>
        [
            .. from y in Enumerable.Range(0, Ramp)
            from x in Enumerable.Range(0, Ramp)
            from value in (int[])[4 * x, 4 * y, 128]
            select (byte)value,
        ];

    /// <summary>What became of one copy.</summary>
    private sealed record Seen(bool Flipped, double Across, double Down, double Width, double Height);

    private static ImageBatch Batch(bool files, string path)
    {
        if (!files)
        {
            var pixels = tensor(RampPixels).reshape(1, Ramp, Ramp, 3).permute(0, 3, 1, 2).expand(Copies, 3, Ramp, Ramp).contiguous();
            return new PixelBatch(pixels, Resizing.Default);
        }

        File.WriteAllBytes(path, Pictures.Encode(new(Ramp, Ramp, RampPixels)));
        var set = PictureSets.Files(Ramp, Resizing.Default, [.. Enumerable.Repeat(EncodedImage.File(path), Copies)]);
        return set.Batch([.. Enumerable.Range(0, Copies)], CPU);
    }

    private static List<Seen> Look(Tensor views)
    {
        var (side, all) = ((int)views.size(3), views.Floats());
        double At(int i, int channel, int y, int x) => all[(((((i * 3) + channel) * side) + y) * side) + x] * 255 / 4;
        return
        [
            .. Enumerable
                .Range(0, (int)views.size(0))
                .Select(i =>
                {
                    var (left, right) = (At(i, 0, side / 2, 1), At(i, 0, side / 2, side - 2));
                    var (top, bottom) = (At(i, 1, 1, side / 2), At(i, 1, side - 2, side / 2));
                    return new Seen(left > right, (left + right) / 2, (top + bottom) / 2, Math.Abs(right - left), bottom - top);
                }),
        ];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_image_has_a_crop_and_a_flip_of_its_own(bool files)
    {
        using var folder = new TempFolder();
        using var scope = NewDisposeScope();
        var batch = Batch(files, folder.File("ramp.png"));
        var (key, other) = (Key.FromSeed(31), Key.FromSeed(32));
        var (first, second) = (Look(batch.RandomCrop(key, 32, 0.2, 1, 0.5)), Look(batch.RandomCrop(other, 32, 0.2, 1, 0.5)));

        Assert.True(first.Distinct().Count() > 0.8 * Copies, $"{first.Distinct().Count()} different crops of {Copies}");
        Chances.Fits(first.Count(static seen => seen.Flipped), Copies, 0.5, "flips");
        var quarter = Look(batch.RandomCrop(key, 32, 0.2, 1, 0.25));
        Chances.Fits(quarter.Count(static seen => seen.Flipped), Copies, 0.25, "flips at a quarter");

        // Within an image, from one image to the next, and from one view to another.
        Chances.Unrelated(first.Select(static s => s.Across), first.Select(static s => s.Down), "place across and down");
        Chances.Unrelated(first.Select(static s => s.Across), first.Select(static s => s.Width), "place and width");
        Chances.Unrelated(first.Select(static s => s.Flipped), first.Select(static s => s.Across), "flip and place across");
        Chances.Unrelated(first.Select(static s => s.Flipped), first.Select(static s => s.Down), "flip and place down");
        Chances.Unrelated(first.Select(static s => s.Flipped), first.Select(static s => s.Height), "flip and height");
        Chances.Unrelated(first.Select(static s => s.Width / s.Height), first.Select(static s => s.Down), "shape and place");
        Chances.Unrelated(
            first.Skip(1).Select(static s => s.Flipped),
            first.SkipLast(1).Select(static s => s.Flipped),
            "flips of neighbours"
        );
        Chances.Unrelated(
            first.Skip(1).Select(static s => s.Across),
            first.SkipLast(1).Select(static s => s.Across),
            "places of neighbours"
        );
        Chances.Unrelated(first.Select(static s => s.Flipped), second.Select(static s => s.Flipped), "flips of two views");
        Chances.Unrelated(first.Select(static s => s.Across), second.Select(static s => s.Across), "places of two views");
        Chances.Unrelated(first.Select(static s => s.Height), second.Select(static s => s.Height), "heights of two views");
    }

    /// <summary>The generated augmentation with everything on, as two steps of pretraining call it.</summary>
    [Fact]
    public void Each_operation_view_and_step_of_pretraining_draws_for_itself()
    {
        using var scope = NewDisposeScope();

        // One colour, a little brighter to the right, so that flips show and crops do not.
        const int side = 72;
        byte[] colour = [150, 90, 120];
        var pixels =
            from channel in colour
            from y in Enumerable.Range(0, side)
            from x in Enumerable.Range(0, side)
            select (byte)(channel + (x / 6));
        const int copies = Copies / 2;
        var images = tensor(pixels.ToArray()).reshape(1, 3, side, side).expand(copies, 3, side, side).contiguous();
        var batch = new UnlabelledBatch(new PixelBatch(images, Resizing.Default), ScalarType.Float32);

        // Keys whose blurs have a sigma large enough to be seen at the border.
        var steps = (Key[])[Key.FromSeed(2), Key.FromSeed(5)];
        var views = steps
            .SelectMany(key => Files18.PretrainStep.Read(batch, key).Views.chunk(2, 0))
            .Select(view => Choices(view, colour))
            .ToList();
        foreach (var view in views)
        {
            Chances.Fits(view.Count(static c => c.Flipped), copies, 0.5, "flips");
            Chances.Fits(view.Count(static c => c.Grey), copies, 0.2, "grey images");
            Chances.Fits(view.Count(static c => c.Blurred), copies, 0.5, "blurred images");

            // Of grey images the colour cannot be told.
            var coloured = view.Where(static c => !c.Grey).ToList();
            Chances.Fits(coloured.Count(static c => c.Distorted), coloured.Count, 0.8, "distorted images");
            Chances.Unrelated(coloured.Select(static c => c.Distorted), coloured.Select(static c => c.Flipped), "distortion and flip");
            Chances.Unrelated(coloured.Select(static c => c.Distorted), coloured.Select(static c => c.Blurred), "distortion and blur");
            Chances.Unrelated(view.Select(static c => c.Flipped), view.Select(static c => c.Grey), "flip and grey");
            Chances.Unrelated(view.Select(static c => c.Flipped), view.Select(static c => c.Blurred), "flip and blur");
            Chances.Unrelated(view.Select(static c => c.Grey), view.Select(static c => c.Blurred), "grey and blur");
        }

        for (var i = 0; i < views.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var between = $"views {j} and {i}";
                Chances.Unrelated(views[i].Select(static c => c.Flipped), views[j].Select(static c => c.Flipped), $"flips of {between}");
                Chances.Unrelated(views[i].Select(static c => c.Grey), views[j].Select(static c => c.Grey), $"grey images of {between}");
                Chances.Unrelated(views[i].Select(static c => c.Blurred), views[j].Select(static c => c.Blurred), $"blurs of {between}");
                Chances.Unrelated(
                    views[i].Select(static c => c.Distorted),
                    views[j].Select(static c => c.Distorted),
                    $"colours of {between}"
                );
            }
        }
    }

    private sealed record Choice(bool Flipped, bool Distorted, bool Grey, bool Blurred);

    private static List<Choice> Choices(Tensor views, byte[] colour)
    {
        // Means of three strips of columns, by image and channel: at the border, left of the middle and right of it.
        var middle = views.narrow(2, 16, 40);
        float[][] Strip(int at, int columns) => [.. middle.narrow(3, at, columns).mean([2, 3]).Floats().Chunk(3)];
        var (border, left, right) = (Strip(0, 1), Strip(8, 16), Strip(48, 16));
        return
        [
            .. Enumerable
                .Range(0, (int)views.size(0))
                .Select(i =>
                {
                    var grey = left[i].Max() - left[i].Min() < 1e-4;
                    var distorted = left[i].Zip(colour, static (seen, own) => Math.Abs((255 * seen) - own - 6)).Max() > 6.5;
                    return new Choice(
                        left[i].Sum() > right[i].Sum(),
                        distorted,
                        grey,
                        border[i].Sum() < 0.97 * Math.Min(left[i].Sum(), right[i].Sum())
                    );
                }),
        ];
    }

    /// <summary>Amounts, order and whether an image is distorted at all have nothing to do with each other.</summary>
    [Fact]
    public void Each_colour_operation_has_an_amount_and_a_place_of_its_own()
    {
        const int images = 5000;
        var draws = ColourDraws.Of(Key.FromSeed(6), images, channels: 3, strength: 1, probability: 0.8, Brightness.Multiply);
        var distorted = Enumerable.Range(0, images).Where(i => draws.Operations[4 * i] != ColourOperation.None).ToList();
        Chances.Fits(distorted.Count, images, 0.8, "distorted images");
        ColourOperation[] operations =
        [
            ColourOperation.Brightness,
            ColourOperation.Contrast,
            ColourOperation.Saturation,
            ColourOperation.Hue,
        ];
        int Turn(int i, ColourOperation operation) => Array.IndexOf(draws.Operations, operation, 4 * i, 4) - (4 * i);
        double Amount(int i, ColourOperation operation) => draws.Amounts[(4 * i) + Turn(i, operation)];
        foreach (var operation in operations)
        {
            for (var turn = 0; turn < 4; turn++)
            {
                Chances.Fits(distorted.Count(i => Turn(i, operation) == turn), distorted.Count, 0.25, $"{operation} in turn {turn}");
            }

            var (least, most) = operation == ColourOperation.Hue ? (-0.2, 0.2) : (0.2, 1.8);
            var below = distorted.Count(i => Amount(i, operation) < least + ((most - least) / 4));
            Chances.Fits(below, distorted.Count, 0.25, $"the lowest quarter of {operation}");
            Assert.All(distorted, i => Assert.InRange(Amount(i, operation), least - 1e-6, most + 1e-6));
            Chances.Unrelated(
                distorted.Skip(1).Select(i => Amount(i, operation)),
                distorted.SkipLast(1).Select(i => Amount(i, operation)),
                $"{operation} of neighbours"
            );
            foreach (var other in operations)
            {
                Chances.Unrelated(
                    distorted.Select(i => Amount(i, operation)),
                    distorted.Select(i => (double)Turn(i, other)),
                    $"amount of {operation} and turn of {other}"
                );
                if (other > operation)
                {
                    Chances.Unrelated(
                        distorted.Select(i => Amount(i, operation)),
                        distorted.Select(i => Amount(i, other)),
                        $"{operation} and {other}"
                    );
                }
            }
        }

        // All 24 orders.
        var orders = distorted.CountBy(i => string.Join(' ', draws.Operations[(4 * i)..((4 * i) + 4)])).ToList();
        Assert.Equal(24, orders.Count);
        Assert.All(orders, order => Chances.Fits(order.Value, distorted.Count, 1.0 / 24, order.Key));
    }
}
