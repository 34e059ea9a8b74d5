using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Tests.Weights;

/// <summary>What travels with a network's weights.</summary>
public sealed class NetworkCardTests
{
    private static readonly NetworkCard Card = new(
        new ImageInput(Side: 96, Channels: 3, new(Bicubic.Torch, Antialias: false), StaysEncoded: true),
        ["blau grün", "a, \"b\""],
        new Dictionary<string, string> { ["labelled images"] = "0123456789abcdef" }
    );

    [Fact]
    public void Metadata_say_it_in_words_of_their_own()
    {
        var metadata = Card.ToMetadata();
        Assert.Equal("""["blau grün","a, \"b\""]""", metadata["class_names"]);
        Assert.Equal(("96", "3"), (metadata["image_side"], metadata["image_channels"]));
        Assert.Equal("at full size", metadata["image_decoded"]);
        Assert.Equal("central square, 0.875 of the shorter side", metadata["image_crop"]);
        Assert.Equal(("bicubic, torch", "false"), (metadata["image_resize"], metadata["image_antialias"]));
        Assert.Equal("""{"labelled images":"0123456789abcdef"}""", metadata["data_digests"]);
    }

    [Theory]
    [InlineData(Bicubic.Tf1, true, true, 72)]
    [InlineData(Bicubic.Tf2, false, false, 32)]
    [InlineData(Bicubic.Torch, true, false, 33)]
    public void A_card_is_read_as_it_was_written(Bicubic bicubic, bool antialias, bool staysEncoded, int side)
    {
        var input = new ImageInput(side, Channels: 1, new(bicubic, antialias), staysEncoded);
        var metadata = (Card with { Input = input }).ToMetadata();
        var read = NetworkCard.Of("file", metadata)?.Value()!;
        Assert.Equal(input, read.Input);
        Assert.Equal(Card.ClassNames, read.ClassNames);
        Assert.Equal(Card.DataDigests, read.DataDigests);
        Assert.Equal(side <= 32 ? 1 : 0.875, read.Input.CentralShare);
    }

    [Fact]
    public void Metadata_of_an_earlier_version_have_no_card() =>
        Assert.Null(NetworkCard.Of("file", new Dictionary<string, string> { ["stage"] = StageNames.Finetune }));

    [Theory]
    [InlineData("image_channels", "three")]
    [InlineData("image_resize", "nearest")]
    [InlineData("class_names", "cat")]
    [InlineData("data_digests", null)]
    public void A_damaged_card_is_told_in_one_line(string key, string? value)
    {
        var metadata = Card.ToMetadata().Where(pair => pair.Key != key).ToDictionary();
        if (value is not null)
        {
            metadata[key] = value;
        }

        var error = NetworkCard.Of("file", metadata)?.Error()!;
        Assert.StartsWith("file: its metadata do not describe the network's images and classes: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_saves_a_stage_with_its_identity_its_card_and_the_digests_of_its_data()
    {
        using var temp = new TempFolder();
        var digests = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            [StageNames.Finetune] = new Dictionary<string, string> { ["labelled images"] = "fedcba9876543210" },
        };
        var store = new StageStore(
            RunFolder.At(temp.Path, "one", "1"),
            new Dictionary<string, string> { [StageNames.Finetune] = "12345678" },
            data: digests,
            card: Card
        );
        var metadata = store.Metadata(StageNames.Finetune);
        Assert.Equal((StageNames.Finetune, "12345678"), (metadata["stage"], metadata["stage_hash"]));
        Assert.Equal("fedcba9876543210", NetworkCard.Of("file", metadata)?.Value().DataDigests["labelled images"]);
        Assert.Equal(["stage", "stage_hash"], store.Needed(StageNames.Finetune).Keys);
    }
}
