using SimClrDsl.EndToEnd.Tests.Harness;
using static TorchSharp.torch;

namespace SimClrDsl.EndToEnd.Tests.BadInput;

/// <summary>A command line that means nothing: one line says what to type instead.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("run fashion-mnst", "no experiment is named 'fashion-mnst'", "did you mean 'fashion-mnist'?")]
    [InlineData("plan zebra", "no experiment is named 'zebra'", "fashion-mnist, ")]
    [InlineData("run nowhere/spec.yaml", "nowhere/spec.yaml does not exist")]
    [InlineData("run spec.yml", "spec.yml does not exist")]
    [InlineData("run ./", "./ is a folder", "YAML file")]
    [InlineData("run resnet50 --smoke --seeed 3", "no option '--seeed'", "did you mean '--seed'?")]
    [InlineData("run --bogus resnet50", "no option '--bogus'", "--where, --set, --seed, --smoke, --only, --again, --out")]
    [InlineData("plan resnet50 --jsno", "no option '--jsno'", "did you mean '--json'?")]
    [InlineData("run resnet50 --only knm", "no stage 'knm'", "did you mean 'knn'?")]
    [InlineData("run resnet50 --only supervised", "'resnet50' has no stage 'supervised'", "pretrain, knn, linear, finetune, distill")]
    [InlineData("run resnet50 --device gpu", "no device 'gpu'", "auto, cpu or cuda")]
    [InlineData("run resnet50 --seed -1", "--seed is '-1'", "from 0 to 2147483647")]
    [InlineData("run resnet50 --seed 2147483648", "--seed is '2147483648'", "from 0 to 2147483647")]
    [InlineData("run resnet50 --seed one", "--seed is 'one'", "whole number")]
    [InlineData("run resnet50 --seed 1,0", "--seed is '1,0'", "whole number")]
    [InlineData("run resnet50 --seed", "--seed", "run --help")]
    [InlineData("run resnet50 --seed 1 --seed 2", "--seed", "run --help")]
    [InlineData("run resnet50 fashion-mnist", "fashion-mnist", "run --help")]
    [InlineData("run", "'experiment' missing", "run --help")]
    [InlineData("rnu resnet50", "no command 'rnu'", "did you mean 'run'?")]
    [InlineData("", "list, check, plan, emit, run", "simclr --help")]
    public void A_person_who_types_a_wrong_command_is_told_what_to_type(string line, params string[] says)
    {
        using var folder = new Workplace();
        folder.Refuses(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Says(["simclr: ", .. says]);
    }

    [Fact]
    public void An_experiment_on_imagenet_says_what_can_be_done_with_it()
    {
        using var folder = new Workplace();
        folder.Refuses(["run", "resnet50"]).Says("there is no folder", "data/imagenet: set data.path");
    }

    [Theory]
    [InlineData("run", "resnet50", "--smoke", "--out", "")]
    [InlineData("emit", "resnet50", "--out", "")]
    public void An_empty_folder_name_is_no_folder(params string[] arguments)
    {
        using var folder = new Workplace();
        folder.Refuses(arguments).Says("--out is empty: give the path of a folder.");
    }

    // Elsewhere the option means what it says.
    [Fact]
    public void A_gpu_that_is_not_there_cannot_be_asked_for()
    {
        if (!cuda.is_available())
        {
            using var folder = Tiny.Workplace();
            folder.Refuses(["run", Tiny.File, "--device", "cuda"]).Says("simclr: --device is cuda", "no CUDA device");
        }
    }
}
