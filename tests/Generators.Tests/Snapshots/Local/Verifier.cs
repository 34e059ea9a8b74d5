using System.Runtime.CompilerServices;

namespace VerifyXunit;

/// <summary>
/// The part of Verify's API that these tests use, in its file conventions: <c>Class.Method#Name.verified.cs</c> beside the test,
/// <c>.received.</c> where it differs. <c>UPDATE_SNAPSHOTS=1</c> accepts what was received.
/// </summary>
internal static class Verifier
{
    public static Task Verify(IEnumerable<Target> targets, [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "")
    {
        var accept = Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";
        var prefix = Path.Combine(Path.GetDirectoryName(sourceFile)!, $"{Path.GetFileNameWithoutExtension(sourceFile)}.{method}#");
        var snapshots = targets.Select(target => new Snapshot($"{prefix}{target.Name}", target.Extension, target.Text)).ToArray();
        var faults = snapshots.Select(snapshot => snapshot.Fault(accept)).Concat(Snapshot.Forgotten(prefix, snapshots, accept));
        Assert.True(!faults.Any(static fault => fault is not null), string.Join("\n", faults.Where(static fault => fault is not null)));
        return Task.CompletedTask;
    }
}

/// <summary>Marks the classes that verify, as the package wants it.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UsesVerifyAttribute : Attribute;
