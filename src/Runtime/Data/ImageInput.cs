using SimClrDsl.Planning;
using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// What a network takes as an image, and how a picture of any size is made into one when the network is evaluated or used.
/// </summary>
/// <param name="Side">Height and width, in pixels.</param>
/// <param name="Channels">Colour channels: 3 for red, green and blue, 1 for grey.</param>
/// <param name="Resizing">How pictures are resized.</param>
/// <param name="StaysEncoded">
/// Whether a picture is cropped and resized once, from its full size. If not, its central square is first resized to
/// <paramref name="Side"/> pixels of 8 bits, as all images of the data set were when it was opened, and then cropped from that.
/// </param>
public sealed record ImageInput(int Side, int Channels, Resizing Resizing, bool StaysEncoded)
{
    /// <summary>The fraction of the shorter side that the central square keeps; 1 if the whole image is used.</summary>
    public double CentralShare => Side <= Crops.SmallSide ? 1 : Crops.CentralShare;

    /// <summary>What the networks of an experiment take.</summary>
    /// <param name="plan">The data of the experiment.</param>
    public static ImageInput Of(DataPlan plan) => new(plan.Side, plan.Channels, new(plan.Bicubic, plan.Antialias), plan.StaysEncoded);
}
