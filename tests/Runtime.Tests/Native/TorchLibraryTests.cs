using SimClrDsl.Runtime.Native;

namespace SimClrDsl.Runtime.Tests.Native;

/// <summary>TorchSharp's native library on systems whose C++ library is older than the one it was built with.</summary>
public sealed class TorchLibraryTests
{
    private static readonly byte[] Library = File.ReadAllBytes(
        Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native/libLibTorchSharp.so")
    );

    [Fact]
    public void The_library_asks_for_a_version_that_a_treated_copy_does_not_ask_for()
    {
        Assert.True(ElfVersionNeeds.Requires(Library, TorchLibraries.Version));
        Assert.False(ElfVersionNeeds.Requires(ElfVersionNeeds.WithWeak(Library, TorchLibraries.Version), TorchLibraries.Version));
        Assert.False(ElfVersionNeeds.Requires(Library, "GLIBCXX_99.9"));
    }

    [Fact]
    public void A_treated_copy_differs_in_one_flag_alone()
    {
        var copy = ElfVersionNeeds.WithWeak(Library, TorchLibraries.Version);
        var changed = Enumerable.Range(0, Library.Length).Where(i => Library[i] != copy[i]).ToList();
        Assert.Equal(0x2, Library[Assert.Single(changed)] ^ copy[changed[0]]);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.31\0GLIBCXX_3.4.32\0", false)]
    [InlineData("GLIBCXX_3.4.30\0GLIBCXX_3.4.321\0", true)]
    public void A_system_that_has_the_version_is_left_alone(string cppLibrary, bool treats) =>
        Assert.Equal(treats, TorchLibraries.NeedsPatch(Library, System.Text.Encoding.ASCII.GetBytes(cppLibrary)));

    [Fact]
    public void What_is_no_library_asks_for_nothing() => Assert.False(ElfVersionNeeds.Requires("not a library"u8, TorchLibraries.Version));

    [Fact]
    public void A_copy_is_made_in_the_first_folder_that_can_be_written_and_found_there_again()
    {
        using var folder = new TempFolder();
        var (closed, open) = (Path.Combine(folder.Path, "file", "below"), Path.Combine(folder.Path, "open"));
        File.WriteAllText(Path.Combine(folder.Path, "file"), "");
        var made = TorchLibraries.PatchedCopy(Library, [closed, open]).Value();
        Assert.Equal(open, Path.GetDirectoryName(made));
        var time = File.GetLastWriteTimeUtc(made);
        Assert.Equal(made, TorchLibraries.PatchedCopy(Library, [Path.Combine(folder.Path, "other"), open]).Value());
        Assert.Equal(time, File.GetLastWriteTimeUtc(made));
        var error = TorchLibraries.PatchedCopy(Library, [closed]).Error();
        Assert.Contains("libLibTorchSharp.so asks for GLIBCXX_3.4.32 of libstdc++.so.6", error, StringComparison.Ordinal);
    }
}
