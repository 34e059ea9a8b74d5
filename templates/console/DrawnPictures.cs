namespace SimClrApp;

/// <summary>Draws pictures to try a program on: discs, squares and triangles of any colour and place, as BMP files.</summary>
internal static class DrawnPictures
{
    private const int Side = 32;
    private static readonly string[] Classes = ["disc", "square", "triangle"];

    /// <summary>
    /// Draws 10 labelled and 20 test pictures of each class, and 300 without a label; nothing if the folder is there.
    /// </summary>
    /// <param name="folder">The folder, which gets train/CLASS/, test/CLASS/ and unlabelled/.</param>
    public static void Write(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var random = new Random(1);
        for (var shape = 0; shape < Classes.Length; shape++)
        {
            Write(Path.Combine(folder, "train", Classes[shape]), Classes[shape], 10, shape, random);
            Write(Path.Combine(folder, "test", Classes[shape]), Classes[shape], 20, shape, random);
            // Of these nobody says what they show, so neither does the file's name.
            Write(Path.Combine(folder, "unlabelled"), $"{(char)('a' + shape)}", 100, shape, random);
        }
    }

    private static void Write(string folder, string name, int count, int shape, Random random)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{name}-{i:00}.bmp"), Bmp(Draw(shape, random)));
        }
    }

    // A bright shape on a dark ground: blue, green and red of each pixel, the lowest row first, as a BMP file has them.
    private static byte[] Draw(int shape, Random random)
    {
        var (ground, colour) = (Colour(0, 100, random), Colour(130, 256, random));
        var (x, y, radius) = (random.Next(12, 20), random.Next(12, 20), random.Next(6, 11));
        var pixels = new byte[Side * Side * 3];
        for (var i = 0; i < Side * Side; i++)
        {
            var (dx, dy) = ((i % Side) - x, (i / Side) - y);
            var inside = shape switch
            {
                0 => (dx * dx) + (dy * dy) <= radius * radius,
                1 => Math.Max(Math.Abs(dx), Math.Abs(dy)) <= radius * 0.85,
                _ => dy >= -radius * 0.7 && (dy * 0.6) + Math.Abs(dx) <= radius * 0.6,
            };
            (inside ? colour : ground).CopyTo(pixels, i * 3);
        }

        return pixels;
    }

    private static byte[] Colour(int from, int to, Random random) =>
        [(byte)random.Next(from, to), (byte)random.Next(from, to), (byte)random.Next(from, to)];

    private static byte[] Bmp(byte[] pixels)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write("BM"u8);
        int[] fields = [54 + pixels.Length, 0, 54, 40, Side, Side, 1 | (24 << 16), 0, pixels.Length, 2835, 2835, 0, 0];
        Array.ForEach(fields, writer.Write);
        writer.Write(pixels);
        return memory.ToArray();
    }
}
