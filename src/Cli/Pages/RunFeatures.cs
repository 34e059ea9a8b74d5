using SimClrDsl.Runtime.Evaluate;

namespace SimClrDsl.Cli.Pages;

/// <summary>A picture of a page.</summary>
/// <param name="Png">A PNG file.</param>
/// <param name="Class">Name of its class; null if it has no label.</param>
internal sealed record PagePicture(byte[] Png, string? Class);

/// <summary>A test image and the training images whose features are most like its own, the most similar first.</summary>
internal sealed record Neighbours(PagePicture Query, IReadOnlyList<PagePicture> Nearest);

/// <summary>Features of test images in a plane.</summary>
/// <param name="Components">The plane.</param>
/// <param name="Labels">Class of each image.</param>
/// <param name="Classes">Names of the classes.</param>
internal sealed record FeatureMap(PrincipalComponents Components, IReadOnlyList<long> Labels, IReadOnlyList<string> Classes);

/// <summary>What the features of a run's network make of its images.</summary>
/// <param name="Network">Which network it is, and why.</param>
/// <param name="Searched">Number of training images among which neighbours were looked for.</param>
/// <param name="Found">Test images with their neighbours.</param>
/// <param name="Map">The map; null if there are too few test images.</param>
internal sealed record RunFeatures(string Network, int Searched, IReadOnlyList<Neighbours> Found, FeatureMap? Map);

/// <summary>The pictures of a run.</summary>
/// <param name="Views">Pictures of three tiles each: an image as it is, and its two views; empty if it was not pretrained here.</param>
/// <param name="Features">What the network makes of the images; null if that cannot be shown.</param>
/// <param name="Missing">Why something cannot be shown; null if nothing is missing.</param>
internal sealed record PictureOutcome(IReadOnlyList<byte[]> Views, RunFeatures? Features, string? Missing);
