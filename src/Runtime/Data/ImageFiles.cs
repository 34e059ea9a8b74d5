using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>An encoded image with its class.</summary>
/// <param name="Image">Its bytes.</param>
/// <param name="Label">Index of its class; −1 for an image without one.</param>
internal sealed record LabelledFile(EncodedImage Image, long Label);

/// <summary>A file of a data set that takes no part in an experiment.</summary>
/// <param name="Name">Its path within the data set, or that of an archive, a colon and the member.</param>
/// <param name="Reason">Why: what is wrong with the image, or what kind of file it is.</param>
public sealed record LeftOut(string Name, string Reason);

/// <summary>The image files of a data set, before any is decoded.</summary>
/// <param name="ClassNames">Names of the classes in the order of their numbers; empty where labels are not looked at.</param>
/// <param name="Train">Images for training, in the order of their names.</param>
/// <param name="Test">Images for testing, in the order of their names.</param>
/// <param name="PassedOver">Files that are no image the program reads, each with its kind as the reason.</param>
internal sealed record ImageFiles(
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<LabelledFile> Train,
    IReadOnlyList<LabelledFile> Test,
    IReadOnlyList<LeftOut> PassedOver
);
