using LanguageExt;

namespace SimClrDsl.Reading;

/// <summary>From what a person wrote to a spec that every rule accepts, or to everything that is wrong with it, in the order of the file.</summary>
public static class SpecReader
{
    public static Validation<SpecError, Spec> ReadYaml(string file, string text) => YamlFrontend.Read(file, text).Bind(FromNode);

    /// <summary>The same for nodes that were read elsewhere. Rules look at a spec, so they wait until there is one.</summary>
    public static Validation<SpecError, Spec> FromNode(SpecNode root) => Binder.Bind(root).Bind(spec => Accept(spec, Located.Root(root)));

    private static Validation<SpecError, Spec> Accept(Spec spec, Located root) =>
        Validations.Unless(Rules.Check(spec).Select(broken => broken.At(root.Locate(broken.Path))), spec);
}
