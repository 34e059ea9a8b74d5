using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>Lists of labelled images of folders.</summary>
public sealed class LabelListTests : PictureFolder
{
    [Theory]
    [InlineData("train\\a\\1.jpg\r\n\r\n  .\\b\\2.jpg \r\n")]
    [InlineData("a/1.jpg\na/1.jpg\n\n./train/b/2.jpg")]
    [InlineData("\uFEFFa/1.jpg\nb/2.jpg\n")]
    public void A_label_list_may_come_from_another_system(string list)
    {
        TwoClasses().With("list.txt", System.Text.Encoding.UTF8.GetBytes(list));
        Assert.Equal(["train/a/1.jpg", "train/b/2.jpg"], Open(Plan() with { LabelList = "list.txt" }).LabelledNames);
    }

    // As labelled.txt of a run writes them.
    [Fact]
    public void A_label_list_may_name_files_with_any_characters()
    {
        string[] names = ["train/a/back\\slash.jpg", "train/a/line\nbreak.jpg", "train/b/ spaces .jpg"];
        With([.. names, "train/a/plain.jpg", "test/a/1.jpg", "test/b/1.png"]);
        With("list.txt", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', names.Select(OneLine.Of))));
        Assert.Equal(names, Open(Plan(train: 4, labels: 3) with { LabelList = "list.txt" }).LabelledNames);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n  \r\n\n")]
    public void An_empty_label_list_is_an_error(string list)
    {
        TwoClasses().With("list.txt", System.Text.Encoding.UTF8.GetBytes(list));
        Assert.EndsWith(
            "list.txt names no image: write one name a line, or remove data.label_list.",
            Fault(Plan() with { LabelList = "list.txt" }),
            StringComparison.Ordinal
        );
    }
}
