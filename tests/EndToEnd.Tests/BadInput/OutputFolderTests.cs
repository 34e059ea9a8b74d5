using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.BadInput;

/// <summary>A folder that cannot be written: one line names it.</summary>
public sealed class OutputFolderTests
{
    [Theory]
    [InlineData("run", "taken")]
    [InlineData("run", "taken/below")]
    [InlineData("run", "/proc/simclr")]
    [InlineData("emit", "taken")]
    [InlineData("emit", "taken/below")]
    [InlineData("emit", "/proc/simclr")]
    public void A_place_where_no_folder_can_be_is_named(string command, string target)
    {
        using var folder = Tiny.Workplace().With("taken", "a file, not a folder");
        folder.Refuses([command, Tiny.File, "--out", target]).Says($"simclr: {target}");
    }

    [Fact]
    public void A_folder_without_permission_is_named()
    {
        if (Environment.IsPrivilegedProcess)
        {
            return; // Permissions do not stop root; the places above stop anyone.
        }

        using var folder = Tiny.Workplace();
        var locked = Directory.CreateDirectory(folder.At("locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        folder.Refuses(["run", Tiny.File, "--out", "locked"]).Says("simclr: locked/", "give a folder for runs that can be");
        locked.UnixFileMode |= UnixFileMode.UserWrite;
    }
}
