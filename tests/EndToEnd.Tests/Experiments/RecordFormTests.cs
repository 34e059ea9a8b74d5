using System.Reflection;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Experiments;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.EndToEnd.Tests.Experiments;

/// <summary>One experiment, declared as YAML and as a C# record, is one spec.</summary>
public sealed class RecordFormTests
{
    internal const string Name = "fashion-mnist-record";

    [Fact]
    public void The_record_equals_the_yaml_but_for_its_name() => Assert.Equal(Yaml with { Name = Name }, Declared());

    // The generator reads the record without running it, and must come to the same.
    [Fact]
    public void What_was_compiled_equals_what_the_record_is_when_it_runs()
    {
        var compiled = Built.Experiments.Single(static experiment => experiment.Name == Name);
        Assert.Equal(Declared(), compiled.Spec);
    }

    // So the code of one of them is enough to check in and to read.
    [Fact]
    public void The_code_of_both_is_the_same_but_for_the_name()
    {
        static IEnumerable<string> Texts(Spec spec) =>
            ExperimentEmitter.Emit(Plan.Of(spec)).Select(static file => file.HintName + file.Text);
        Assert.Equal(
            Texts(Yaml),
            Texts(Declared())
                .Select(static text =>
                    text.Replace(Name, "fashion-mnist", StringComparison.Ordinal)
                        .Replace("FashionMnistRecord", "FashionMnist", StringComparison.Ordinal)
                )
        );
    }

    private static Spec Yaml => Read("fashion-mnist.yaml", File.ReadAllText(Path.Combine(Built.ExperimentsFolder, "fashion-mnist.yaml")));

    private static Spec Read(string file, string text) =>
        SpecReader
            .ReadYaml(file, text)
            .Match(Succ: static spec => spec, Fail: static errors => throw new InvalidOperationException(string.Join('\n', errors)));

    // Found by its attribute, as the generator finds it.
    private static Spec Declared() =>
        Assert.Single(
            typeof(ExperimentsAssembly)
                .Assembly.GetTypes()
                .SelectMany(static type => type.GetProperties(BindingFlags.Static | BindingFlags.Public))
                .Where(static property => property.GetCustomAttribute<ExperimentAttribute>() is not null)
                .Select(static property => (Spec)property.GetValue(null)!),
            static spec => spec.Name == Name
        );
}
