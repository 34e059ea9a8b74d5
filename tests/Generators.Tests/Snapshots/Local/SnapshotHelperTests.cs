namespace SimClrDsl.Generators.Tests.Snapshots.Local;

/// <summary>The local helper itself; with the package there is nothing to test.</summary>
public sealed class SnapshotHelperTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("snapshots");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_difference_is_shown_with_the_lines_around_it_and_kept_beside_the_accepted_text()
    {
        File.WriteAllText(PathOf("verified"), "a\nb\nc\nd\ne\nf\n");
        var fault = new Snapshot(PathOf(), "cs", "a\nb\nc\nd\ne\nF\n").Fault(accept: false);
        Assert.StartsWith("Class.Method#Name.verified.cs differs", fault);
        Assert.EndsWith(":\n  ...\n  d\n  e\n- f\n+ F\n  \n", fault);
        Assert.Equal("a\nb\nc\nd\ne\nF\n", File.ReadAllText(PathOf("received")));
    }

    [Fact]
    public void A_text_that_is_accepted_leaves_nothing_received()
    {
        Assert.StartsWith("Class.Method#Name.verified.cs is new", new Snapshot(PathOf(), "cs", "a").Fault(accept: false));
        Assert.Null(new Snapshot(PathOf(), "cs", "a").Fault(accept: true));
        Assert.Null(new Snapshot(PathOf(), "cs", "a").Fault(accept: false));
        Assert.Equal(["Class.Method#Name.verified.cs"], folder.GetFiles().Select(static file => file.Name));
    }

    [Fact]
    public void An_accepted_text_that_nothing_makes_any_more_is_a_fault()
    {
        File.WriteAllText(PathOf("verified"), "a");
        var prefix = Path.Combine(folder.FullName, "Class.Method#");
        Assert.Contains("no longer generated", Assert.Single(Snapshot.Forgotten(prefix, [], accept: false)));
        Assert.Empty(Snapshot.Forgotten(prefix, [], accept: true));
        Assert.Empty(folder.GetFiles());
    }

    private string PathOf(string? kind = null) => Path.Combine(folder.FullName, "Class.Method#Name" + (kind is null ? "" : $".{kind}.cs"));
}
