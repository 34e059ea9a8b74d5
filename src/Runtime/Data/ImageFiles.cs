namespace SimClrDsl.Runtime;

/// <summary>An encoded image with its class.</summary>
/// <param name="Image">Its bytes.</param>
/// <param name="Label">Index of its class; −1 for an image without one.</param>
public sealed record LabelledFile(EncodedImage Image, long Label);

/// <summary>The image files of a data set, before any is decoded.</summary>
/// <param name="Classes">Number of classes.</param>
/// <param name="Train">Images for training, in the order of their names.</param>
/// <param name="Test">Images for testing, in the order of their names.</param>
public sealed record ImageFiles(int Classes, IReadOnlyList<LabelledFile> Train, IReadOnlyList<LabelledFile> Test);
