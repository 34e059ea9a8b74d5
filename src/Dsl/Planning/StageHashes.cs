using System.Security.Cryptography;
using System.Text;

namespace SimClrDsl.Planning;

/// <summary>
/// Identifies stages by what they compute: a hash of the stage's plan, of its images and network, and of the stage that it starts from. If
/// stages of two experiments have the same hash, both would train the same network, so it is trained only once.
/// </summary>
public static class StageHashes
{
    // Increased whenever a version computes something else from the same plan, so that a stage finished by an earlier version is not
    // reused. In the second generation, classifiers that are trained from scratch start with normally distributed weights.
    private const int Generation = 2;

    /// <summary>The hash of each stage of a plan, as 16 hexadecimal digits, by the stage's name.</summary>
    public static IReadOnlyDictionary<string, string> Of(Plan plan)
    {
        var hashes = new Dictionary<string, string>();
        foreach (var stage in plan.Stages)
        {
            var (images, settings, network) = stage.Dependencies(plan);
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
