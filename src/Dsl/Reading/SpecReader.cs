using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Reads a spec. The result is a spec that passed all rules, or all its errors in the order of the file.</summary>
public static class SpecReader
{
    /// <summary>Reads a spec from YAML text.</summary>
    /// <param name="file">Name of the file, for errors; it is not opened.</param>
    /// <param name="text">The text of the file.</param>
    public static Validation<SpecError, Spec> ReadYaml(string file, string text) => FromParsed(YamlFrontend.Read(file, text));

    /// <summary>Reads a spec from a tree without syntax errors.</summary>
    public static Validation<SpecError, Spec> FromNode(SpecNode root) => FromParsed(new(root, []));

    /// <summary>Reads a spec from what a front end made of a text.</summary>
    public static Validation<SpecError, Spec> FromParsed(ParsedSpec parsed)
    {
        var bound = Check(parsed.Root);
        return Validations.Unless(parsed.Errors.Concat(bound.Errors), bound.Value);
    }

    /// <summary>
    /// The spec of a tree, with all errors that are certain: values that cannot be bound, and rules that are broken whatever those values
    /// were meant to be.
    /// </summary>
    internal static Binding<Spec> Check(SpecNode root)
    {
        // If the tree is not a map, or could not be read, that is its only error.
        if (root is not SpecNode.Map)
        {
            return Binder.Bind(root);
        }

        var (bound, at) = (Binder.Bind(root), Located.Root(root));
        // A key that the data set requires and that is missing is one more unknown value.
        var missing = PartialRecordRules
            .Check(bound, static spec => DataRules.MissingKeys(spec.Data, Rules.UsesLabels(spec), Rules.UsesTest(spec)))
            .ToList();
        var known = bound with { Unknown = bound.Unknown.Concat(missing.Select(static key => key.Path)).Distinct().ToSequence() };
        var broken = missing.Concat(PartialRecordRules.Check(known, static spec => Rules.Check(spec))).Distinct();
        return bound with
        {
            Errors = bound.Errors.Concat(broken.Select(violation => violation.At(at.Locate(violation.Path)))).ToSequence(),
        };
    }
}
