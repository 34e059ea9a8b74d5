using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>An encoded image with its class.</summary>
/// <param name="Image">Location of the image.</param>
/// <param name="Label">Index of the class; −1 for an image without label.</param>
internal sealed record LabelledFile(EncodedImage Image, long Label);

/// <summary>A file of a data set that is not used.</summary>
/// <param name="Name">
/// Path within the data set; for a member of an archive, the path of the archive, a colon and the name of the member.
/// </param>
/// <param name="Reason">The fault of the image, or the kind of the file.</param>
public sealed record LeftOut(string Name, string Reason);

/// <summary>The image files of a data set, before they are decoded.</summary>
/// <param name="ClassNames">Names of the classes, by index; empty if labels are not used.</param>
/// <param name="Train">Images for training, in the order of their names.</param>
/// <param name="Test">Images for testing, in the order of their names.</param>
/// <param name="PassedOver">Files that are not images in a supported format, each with its kind as the reason.</param>
internal sealed record ImageFiles(
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<LabelledFile> Train,
    IReadOnlyList<LabelledFile> Test,
    IReadOnlyList<LeftOut> PassedOver
);
