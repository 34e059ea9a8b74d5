using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>From what a person wrote to a spec that every rule accepts, or to everything that is wrong with it, in the order of the file.</summary>
public static class SpecReader
{
    public static Validation<SpecError, Spec> ReadYaml(string file, string text) => FromParsed(YamlFrontend.Read(file, text));

    /// <summary>The same for nodes that were read elsewhere.</summary>
    public static Validation<SpecError, Spec> FromNode(SpecNode root) => FromParsed(new(root, []));

    /// <summary>The same for what another front end made of its text.</summary>
    public static Validation<SpecError, Spec> FromParsed(ParsedSpec parsed)
    {
        var bound = Check(parsed.Root);
        return Validations.Unless(parsed.Errors.Concat(bound.Errors), bound.Value);
    }

    /// <summary>
    /// The spec of a tree with everything that can be known to be wrong with it: what does not bind, and each rule that is broken whatever
    /// the values are that do not bind.
    /// </summary>
    internal static Binding<Spec> Check(SpecNode root)
    {
        // Of a tree that is no map, or not read at all, nothing else is known.
        if (root is not SpecNode.Map)
        {
            return Binder.Bind(root);
        }

        var (bound, at) = (Binder.Bind(root), Located.Root(root));
        // What the source of the images asks for and is not there is one more value that is not known.
        var missing = Certainty.Check(bound, static spec => DataRules.Missing(spec.Data, Rules.UsesLabels(spec))).ToList();
        var known = bound with { Unknown = bound.Unknown.Concat(missing.Select(static key => key.Path)).Distinct().ToSequence() };
        var broken = missing.Concat(Certainty.Check(known, static spec => Rules.Check(spec))).Distinct();
        return bound with
        {
            Errors = bound.Errors.Concat(broken.Select(violation => violation.At(at.Locate(violation.Path)))).ToSequence(),
        };
    }
}
