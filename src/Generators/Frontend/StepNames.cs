namespace SimClrDsl.Generators.Frontend;

/// <summary>Names of the generator's steps, by which tests check that their results are cached.</summary>
internal static class StepNames
{
    public const string ReadYaml = "ReadYaml";
    public const string ReadRecords = "ReadRecords";
    public const string Spec = "Spec";
    public const string Plan = "Plan";
    public const string Emit = "Emit";
    public const string Facade = "Facade";
    public const string Diagnostics = "Diagnostics";
}
