using System.Reflection;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Generators;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>
/// What the libraries let others see is checked in, so that no change of it goes unseen; <c>UPDATE_SNAPSHOTS=1</c> rewrites the files.
/// </summary>
public sealed class PublicApiTests
{
    private const int Shown = 5;

    private static readonly IReadOnlyDictionary<string, Assembly> Libraries = new[]
    {
        typeof(Spec).Assembly,
        typeof(ExperimentGenerator).Assembly,
        typeof(Key).Assembly,
    }.ToDictionary(static assembly => assembly.GetName().Name!);

    public static TheoryData<string> LibraryNames => [.. Libraries.Keys];

    [Theory]
    [MemberData(nameof(LibraryNames))]
    public void The_public_api_is_the_one_that_is_checked_in(string library)
    {
        var file = Path.Combine(Built.Repository, "tests", "EndToEnd.Tests", "Architecture", $"PublicApi.{library}.txt");
        var lines = PublicApi.Of(Libraries[library]);
        Assert.All(lines, static line => Assert.DoesNotContain('\n', line));
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, string.Concat(lines.Select(static line => $"{line}\n")));
        }

        var changes = Changes(File.Exists(file) ? File.ReadAllLines(file) : [], lines);
        Assert.True(changes.Length == 0, $"{Path.GetFileName(file)} is out of date; UPDATE_SNAPSHOTS=1 accepts the change:\n{changes}");
    }

    [Fact]
    public void A_change_is_told_by_the_first_lines_added_and_removed()
    {
        Assert.Equal("", Changes(["a", "b"], ["a", "b"]));
        Assert.Equal("1 line added:\n+ c\n1 line removed:\n- b\n", Changes(["a", "b"], ["a", "c"]));
        Assert.Equal("7 lines added:\n+ 1\n+ 2\n+ 3\n+ 4\n+ 5\n", Changes([], ["1", "2", "3", "4", "5", "6", "7"]));
        Assert.Equal("The lines are the same in another order or number.\n", Changes(["b", "a"], ["a", "b"]));
    }

    [Fact]
    public void Declarations_read_as_in_CSharp()
    {
        const string Own = "SimClrDsl.EndToEnd.Tests.Architecture.PublicApiTests.Sample<T>";
        const string Sample = "PublicApiTests.Sample<T>";
        string[] expected =
        [
            $"{Own}: abstract record Sample<T> : IDisposable where T : class, IComparable<T>, new()",
            $"{Own}: protected Sample(IReadOnlyList<string?> Texts, int? Count = null)",
            $"{Own}: IReadOnlyList<string?> Texts {{ get; init; }}",
            $"{Own}: int? Count {{ get; init; }}",
            $"{Own}: required T Given {{ get; set; }}",
            $"{Own}: static readonly double[][] Rows",
            $"{Own}: const string Word = \"a\"",
            $"{Own}: virtual void Dispose()",
            $"{Own}: protected abstract (T? First, (int Number, long)[] Others) Pair<U>(ref U one, params bool[] flags) where U : struct",
            $"{Own}: static bool Is(T? of, {Sample}.Form form, DayOfWeek day = DayOfWeek.Friday)",
            $"{Own}: static implicit operator string({Sample} value)",
            $"{Own}: static {Sample}? operator +({Sample} one, {Sample} other)",
        ];
        Assert.Equal(Sorted(expected), Sorted(PublicApi.Of(typeof(Sample<>))));
        Assert.Equal([$"{Own}.Form: enum Form", $"{Own}.Form: Open = 0", $"{Own}.Form: Closed = 4"], PublicApi.Of(typeof(Sample<>.Form)));
        Assert.Equal([$"{Own}.Maker: delegate {Sample}? Maker(in int x)"], PublicApi.Of(typeof(Sample<>.Maker)));
    }

    private static string Sorted(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private static string Changes(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var (added, removed) = (after.Except(before).ToList(), before.Except(after).ToList());
        return added.Count + removed.Count > 0 ? Told("added", '+', added) + Told("removed", '-', removed)
            : before.SequenceEqual(after) ? ""
            : "The lines are the same in another order or number.\n";
    }

    private static string Told(string what, char mark, List<string> lines) =>
        lines.Count == 0
            ? ""
            : $"{lines.Count} {(lines.Count == 1 ? "line" : "lines")} {what}:\n"
                + string.Concat(lines.Take(Shown).Select(line => $"{mark} {line}\n"));

    /// <summary>A little of everything.</summary>
    public abstract record Sample<T>(IReadOnlyList<string?> Texts, int? Count = null) : IDisposable
        where T : class, IComparable<T>, new()
    {
        public enum Form
        {
            Open,
            Closed = 4,
        }

        public delegate Sample<T>? Maker(in int x);

        public static readonly double[][] Rows = [];

        public const string Word = "a";

        public required T Given { get; set; }

        internal int Hidden => 1;

        public virtual void Dispose() => GC.SuppressFinalize(this);

        protected abstract (T? First, (int Number, long)[] Others) Pair<U>(ref U one, params bool[] flags)
            where U : struct;

        public static bool Is(T? of, Form form, DayOfWeek day = DayOfWeek.Friday) => form == Form.Closed && of is null && day == 0;

        public static Sample<T>? operator +(Sample<T> one, Sample<T> other) => one == other ? one : null;

        public static implicit operator string(Sample<T> value) => $"{value.Count}";
    }
}
