using Microsoft.CodeAnalysis;
using SimClrDsl.Generators.Tests.Harness;
using Xunit.Sdk;

namespace SimClrDsl.Generators.Tests;

/// <summary>That the harness would notice what it looks for.</summary>
public sealed class HarnessTests
{
    [Fact]
    public void A_symbol_deep_in_a_value_is_found()
    {
        // Its class is internal to the compiler: only assignability finds it.
        ISymbol symbol = GeneratorRun.Empty.Compilation().GetSpecialType(SpecialType.System_Object);
        var error = Assert.ThrowsAny<XunitException>(() =>
            ObjectGraph.AssertFreeOfRoslyn(new object[] { 1, Tuple.Create("a", symbol) }, "Plan")
        );
        Assert.Contains("Plan.[1].m_Item2 holds a ", error.Message);
    }

    [Fact]
    public void A_plan_is_free_of_symbols() => ObjectGraph.AssertFreeOfRoslyn(Planning.Plan.Of(Texts.Read(Texts.FashionMnist)), "Plan");

    [Fact]
    public void A_warning_of_the_compiler_is_found() =>
        Assert.ThrowsAny<XunitException>(() =>
            GeneratorRun.Empty.WithSource("/A.cs", "class A { void F() { int unused; string s = null; } }").Run().ShouldCompile()
        );

    [Fact]
    public void Generated_code_is_compiled_against_the_framework_and_the_runtime() =>
        Assert.All(
            ["System.Runtime", "SimClrDsl.Dsl", "SimClrDsl.Runtime", "LanguageExt.Core"],
            static name => Assert.Single(Built.References, reference => Path.GetFileNameWithoutExtension(reference.Display) == name)
        );
}
