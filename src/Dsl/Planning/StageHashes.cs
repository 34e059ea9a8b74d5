using System.Security.Cryptography;
using System.Text;

namespace SimClrDsl.Planning;

/// <summary>
/// Names stages by what they compute: the hash of the stage's plan, of the images and the network it works on, and of the stage it goes
/// on from. Two experiments whose stages have one hash would train the same network; it is trained once.
/// </summary>
public static class StageHashes
{
    // Counts the changes of what the same plan computes, so that a stage finished by an earlier version is not taken for one of this: in the
    // second, classifiers from scratch start as normal numbers.
    private const int Generation = 2;

    /// <summary>The hash of each stage of a plan, by the stage's name: 16 hexadecimal digits.</summary>
    public static IReadOnlyDictionary<string, string> Of(Plan plan)
    {
        var hashes = new Dictionary<string, string>();
        foreach (var stage in plan.Stages)
        {
            var (images, settings, network) = stage.Identity(plan);
            var after = stage.StartsFrom(plan) is { } from && hashes.TryGetValue(from, out var hash) ? hash : "";
            hashes[stage.Name] = Hash(
                $"{Generation}|{stage.Name}|{plan.Spec.Seed}|{plan.Spec.Precision}|{plan.RunningVariance}|{after}"
                    + $"|{PlanText.Of(network)}|{PlanText.Of(images)}|{PlanText.Of(settings)}"
            );
        }

        return hashes;
    }

    private static string Hash(string text)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(text)).Take(8).Select(static value => $"{value:x2}"));
    }
}
