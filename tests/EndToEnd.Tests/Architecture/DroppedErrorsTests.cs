using System.Reflection;
using LanguageExt;
using SimClrDsl.Cli;
using SimClrDsl.Export;
using SimClrDsl.Generators;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

public sealed class DroppedErrorsTests
{
    public static TheoryData<string> Projects { get; } = [.. Assemblies.Keys];

    private static Dictionary<string, Assembly> Assemblies =>
        new()
        {
            ["Dsl"] = typeof(Spec).Assembly,
            ["Generators"] = typeof(ExperimentGenerator).Assembly,
            ["Runtime"] = typeof(InputError).Assembly,
            ["Export"] = typeof(OnnxExport).Assembly,
            ["Cli"] = typeof(CommandLine).Assembly,
            ["Bench"] = typeof(Bench.Commands).Assembly,
        };

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_call_drops_an_error(string project) => Assert.Empty(DroppedErrors.Of(Assemblies[project]));

    [Fact]
    public void A_dropped_error_is_found_and_one_that_is_looked_at_is_not()
    {
        Assert.Equal([$"{typeof(Dropping).FullName}.Drop drops what Read returns"], DroppedErrors.Of(typeof(Dropping)));
        Assert.Empty(DroppedErrors.Of(typeof(Looking)));
        Assert.Equal((2, 1), (Dropping.Drop(), Looking.Look()));
    }

    private static Either<InputError, int> Read() => 1;

    private static class Dropping
    {
        public static int Drop()
        {
            Read();
            return 2;
        }
    }

    private static class Looking
    {
        public static int Look() => Read().IfLeft(0);
    }
}
