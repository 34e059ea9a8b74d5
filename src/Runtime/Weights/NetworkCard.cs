using System.Text.Json;
using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights;

/// <summary>
/// What someone who uses a trained network has to know beside its weights. It travels in the metadata of the network's checkpoint, and of
/// every file that the network is exported to.
/// </summary>
/// <param name="Input">What the network takes as an image, and how pictures are made into one.</param>
/// <param name="ClassNames">
/// Names of the classes, by index; empty if no stage uses labels, and in a network that was imported, whose classes are not known by name.
/// </param>
/// <param name="DataDigests">Digest of each part of the data that the network was trained and measured on, by a name for people.</param>
public sealed record NetworkCard(ImageInput Input, IReadOnlyList<string> ClassNames, IReadOnlyDictionary<string, string> DataDigests)
{
    private const string ClassNamesKey = "class_names";
    private const string SideKey = "image_side";
    private const string ChannelsKey = "image_channels";
    private const string DecodedKey = "image_decoded";
    private const string CropKey = "image_crop";
    private const string ResizeKey = "image_resize";
    private const string AntialiasKey = "image_antialias";
    private const string NormalisationKey = "image_normalisation";
    private const string DigestsKey = "data_digests";

    private const string FullSize = "at full size";
    private const string Square = "to the central square of image_side pixels, 8 bits";

    // Class names stay readable in the header of the file: é is not escaped.
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The card of a network, without digests of data, which are added as the network is saved.</summary>
    /// <param name="images">The images that the network takes.</param>
    /// <param name="classNames">Names of the classes, by index.</param>
    internal static NetworkCard Of(DataPlan images, IReadOnlyList<string> classNames) =>
        new(ImageInput.Of(images), classNames, DataDigests: new Dictionary<string, string>());

    /// <summary>The card as metadata: texts by name.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata() =>
        new Dictionary<string, string>
        {
            [ClassNamesKey] = JsonSerializer.Serialize(ClassNames, Json),
            [SideKey] = FormattableString.Invariant($"{Input.Side}"),
            [ChannelsKey] = FormattableString.Invariant($"{Input.Channels}"),
            [DecodedKey] = Input.StaysEncoded ? FullSize : Square,
            [CropKey] = FormattableString.Invariant($"central square, {Input.CentralShare} of the shorter side"),
            [ResizeKey] = $"bicubic, {Word(Input.Resizing.Bicubic)}",
            [AntialiasKey] = Input.Resizing.Antialias ? "true" : "false",
            [NormalisationKey] = "pixels from 0 to 1, no mean subtracted",
            [DigestsKey] = JsonSerializer.Serialize(DataDigests, Json),
        };

    /// <summary>The card of a checkpoint's metadata.</summary>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="metadata">Its metadata.</param>
    /// <returns>The card, or an error if it is damaged; null if the checkpoint was saved by a version that wrote none.</returns>
    public static Either<InputError, NetworkCard>? Of(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.ContainsKey(SideKey))
        {
            return null;
        }

        try
        {
            return new NetworkCard(
                new(
                    int.Parse(metadata[SideKey], System.Globalization.CultureInfo.InvariantCulture),
                    int.Parse(metadata[ChannelsKey], System.Globalization.CultureInfo.InvariantCulture),
                    new(
                        Enum.GetValues<Bicubic>().Single(bicubic => metadata[ResizeKey].EndsWith(Word(bicubic), StringComparison.Ordinal)),
                        bool.Parse(metadata[AntialiasKey])
                    ),
                    metadata[DecodedKey] == FullSize
                ),
                JsonSerializer.Deserialize<string[]>(metadata[ClassNamesKey])!,
                JsonSerializer.Deserialize<Dictionary<string, string>>(metadata[DigestsKey])!
            );
        }
        catch (Exception e)
            when (e is FormatException or OverflowException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new InputError($"{path}: its metadata do not describe the network's images and classes: {InputException.Reason(e)}.");
        }
    }

    private static string Word(Bicubic bicubic) => bicubic.ToString().ToLowerInvariant();
}
