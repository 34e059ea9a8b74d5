using System.Runtime.InteropServices;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.EndToEnd.Tests.Use;

/// <summary>Encoders of PyTorch's libraries become pretrained networks, and give what torchvision gives.</summary>
public sealed class EncoderImportTests(ForeignFiles files) : IClassFixture<ForeignFiles>
{
    [Theory]
    [InlineData(18, "18.pth", "")]
    [InlineData(50, "50.pth", "")]
    [InlineData(18, "solo.ckpt", " --prefix state_dict.backbone.")]
    [InlineData(18, "lightly.pth", "")]
    [InlineData(18, "lightning.ckpt", "")]
    [InlineData(18, "moco.pth", " --prefix state_dict.module.encoder_q.")]
    [InlineData(18, "dino.pth", " --prefix teacher.backbone.")]
    [InlineData(50, "shortcut50.pth", "")]
    [InlineData(50, "shortcut-sequence50.ckpt", "")]
    [InlineData(18, "half.pth", "")]
    [InlineData(18, "18.safetensors", "")]
    public void Features_are_those_of_torchvisions_network(int depth, string file, string options)
    {
        using var scope = NewDisposeScope();
        using var place = files.Place(depth, file);
        var given = $"import network.yaml --weights {file} --normalisation none{options}".Split(' ');
        place.Simclr(given).Succeeded().Shows("pretrain.safetensors: ", " tensors; ", "next: simclr run");
        Close(Features(place), files.Numbers(file == "half.pth" ? "half.bin" : $"{depth}.bin"));
    }

    [Fact]
    public void Normalisation_by_imagenets_colours_moves_into_the_first_layer()
    {
        using var scope = NewDisposeScope();
        using var place = files.Place(depth: 18, "18.pth");
        place.Simclr("import", "network.yaml", "--weights", "18.pth").Succeeded();
        Close(Features(place), files.Numbers("normalised.bin"));
    }

    // A pickle may have Python call any function. Here it would make a file.
    [Fact]
    public void Code_in_a_file_is_not_run()
    {
        using var place = files.Place(depth: 18, "evil.pth");
        place.Simclr("import", "network.yaml", "--weights", "evil.pth").Succeeded();
        Assert.False(File.Exists(place.At("made-by-the-pickle")));
    }

    [Theory]
    [InlineData("--weights 34.pth", "34.pth does not hold ResNet-18 as this experiment has it", "holds in surplus layer1.2.bn1.bias")]
    [InlineData("--weights solo.ckpt", "holds several residual networks", "'state_dict.backbone.', 'state_dict.momentum_backbone.'")]
    [InlineData("--weights solo.ckpt --prefix x.", "has no residual network under the prefix 'x.'")]
    [InlineData("--weights moco.pth", "choose one by --prefix", "'state_dict.module.encoder_k.', 'state_dict.module.encoder_q.'")]
    [InlineData("--weights resnet50d.pth", "resnet50d.pth holds a network whose stem has three convolutions", "such as resnet50.")]
    [InlineData("--weights legacy.pth", "legacy.pth is no zip file, as torch.save writes since PyTorch 1.6")]
    [InlineData("--weights cut.pth", "cut.pth is no zip file")]
    [InlineData("--weights none.pth", "none.pth cannot be read")]
    [InlineData("--weights linear.pth", "linear.pth holds no residual network")]
    [InlineData("--weights short.pth", "short.pth is damaged", "and its entry has")]
    [InlineData("--weights 18.pth --stage finetune", "--weights is an encoder for stage 'pretrain', not for 'finetune'")]
    [InlineData("--weights 18.pth --tensorflow x", "give one of --tensorflow, --weights and --run")]
    [InlineData("--run elsewhere", "elsewhere is not the folder of a run that has finished 'pretrain': there is no ")]
    [InlineData("--weights 18.pth --normalisation mine", "--normalisation cannot be 'mine'")]
    [InlineData("--weights 18.pth --set finetune.from_head_layer=1", "set finetune.from_head_layer to 0")]
    public void What_cannot_be_imported_is_told_and_nothing_is_written(string line, params string[] says)
    {
        var words = line.Split(' ');
        using var place = files.Place(depth: 18, words[1]);
        place.Refuses(["import", "network.yaml", .. words]).Says(says);
    }

    private Tensor Features(Workplace place)
    {
        var spec = SpecReader
            .ReadYaml("network.yaml", place.Read("network.yaml"))
            .Match(Succ: static spec => spec, Fail: static errors => throw new InvalidOperationException(errors.First().ToString()));
        var checkpoint = Directory.GetFiles(place.At("runs"), "pretrain.safetensors", SearchOption.AllDirectories).Single();
        return SavedNetwork
            .Open(
                InProcessCompiler.Compile(spec),
                StageNames.Pretrain,
                StageHashes.Of(Plan.Of(spec))[StageNames.Pretrain],
                checkpoint,
                new(spec.Seed, CPU, ScalarType.Float32, Only: null)
            )
            .OrThrow()
            .Features(files.Images);
    }

    private static void Close(Tensor found, Tensor expected) =>
        Assert.InRange((found - expected.reshape(found.shape)).abs().max().item<float>() / expected.abs().max().item<float>(), 0, 1e-4);
}

/// <summary>
/// Files as other programs write them, made once by Debian's Python, with the features that torchvision gives for some images.
/// </summary>
public sealed class ForeignFiles : IDisposable
{
    private readonly Workplace place = new();

    public ForeignFiles()
    {
        using (var generator = new Generator(seed: 5, device: CPU))
        {
            Images = rand([2, 3, 64, 64], generator: generator);
        }

        File.WriteAllBytes(place.At("images.bin"), Images.bytes.ToArray());
        place.With("make.py", Script);
        Processes
            .Run(
                Environment.GetEnvironmentVariable("SIMCLR_PYTHON") ?? "/usr/bin/python3",
                ["make.py"],
                place.Path,
                new Dictionary<string, string?>()
            )
            .Succeeded();
    }

    internal Tensor Images { get; }

    internal Tensor Numbers(string file) => tensor(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(place.At(file))).ToArray());

    // A folder with a spec and a copy of one of the files, if there is one of that name.
    internal Workplace Place(int depth, string file)
    {
        var copy = new Workplace();
        if (File.Exists(place.At(file)))
        {
            File.Copy(place.At(file), copy.At(file));
        }

        return copy.With(
            "network.yaml",
            $$"""
            name: network
            data: { source: synthetic, image: 64, classes: 3 }
            encoder: { resnet: {{depth}}, stem: imagenet }
            pretrain: { head: { layers: 2, out: 8 }, epochs: 1, batch: 16 }
            finetune: { from_head_layer: 0, epochs: 1, batch: 16 }

            """
        );
    }

    public void Dispose() => place.Dispose();

    private const string Script = """
        import argparse
        import json
        import os
        import struct
        import zipfile

        import numpy
        import torch
        import torchvision

        torch.manual_seed(0)
        images = torch.from_numpy(numpy.fromfile("images.bin", "<f4")).reshape(2, 3, 64, 64)


        def network(build):
            model = build()
            for module in model.modules():
                if isinstance(module, torch.nn.BatchNorm2d):
                    for values in (module.weight, module.running_var):
                        torch.nn.init.uniform_(values, 0.5, 1)
                    for values in (module.bias, module.running_mean):
                        torch.nn.init.normal_(values, 0, 0.1)
            return model.eval()


        def features(model, x, name):
            with torch.no_grad():
                pool = torch.nn.MaxPool2d(3, 2)
                x = model.relu(model.bn1(torch.nn.functional.conv2d(x, model.conv1.weight, stride=2)))
                x = pool(torch.nn.functional.pad(x, (0, 1, 0, 1)))
                x = model.layer4(model.layer3(model.layer2(model.layer1(x))))
                x.mean((2, 3)).numpy().tofile(name)


        black = torch.nn.functional.pad(images, (3, 3, 3, 3))
        normalise = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
        small, large = network(torchvision.models.resnet18), network(torchvision.models.resnet50)
        features(small, black, "18.bin")
        features(large, black, "50.bin")
        features(small, normalise(black), "normalised.bin")

        state = small.state_dict()
        torch.save(state, "18.pth")
        torch.save(large.state_dict(), "50.pth")
        header, values = {}, b""
        for key, value in state.items():
            data = value.numpy().tobytes()
            kind = "F32" if value.dtype == torch.float32 else "I64"
            header[key] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [len(values), len(values) + len(data)]}
            values += data
        text = json.dumps(header).encode()
        with open("18.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text + values)
        torch.save(network(torchvision.models.resnet34).state_dict(), "34.pth")
        both = {f"{part}.{key}": value for part in ("backbone", "momentum_backbone") for key, value in state.items()}
        both["projector.0.weight"] = torch.zeros(4, 512)
        options = argparse.Namespace(optimizer="lars", rate=0.3, layers=[1, 2], big=2**90, nothing=None)
        torch.save({"state_dict": both, "hyper_parameters": options, "epoch": 3, "loss": 0.5}, "solo.ckpt")
        sequence = torch.nn.Sequential(*list(small.children())[:-1])
        torch.save({"backbone." + key: value for key, value in sequence.state_dict().items()}, "lightly.pth")

        # A checkpoint of Lightning has much besides tensors, and that of an optimizer has tensors that are no weights.
        optimizer = {"state": {0: {"momentum_buffer": torch.zeros(64, 3, 7, 7)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}
        torch.save(
            {
                "epoch": 7,
                "pytorch-lightning_version": "2.0",
                "state_dict": {
                    **{"backbone." + key: value for key, value in state.items() if not key.startswith("fc.")},
                    "projection_head.layers.0.weight": torch.zeros(4, 512),
                    "criterion.temperature": torch.tensor(0.1),
                },
                "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 8}}}},
                "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_score": torch.tensor(0.5), "dirpath": "/tmp"}},
                "optimizer_states": [optimizer],
                "lr_schedulers": [{"base_lrs": [0.1], "last_epoch": 7}],
                "hparams_name": "kwargs",
            },
            "lightning.ckpt",
        )
        moco = {f"module.encoder_{part}.{key}": value for part in "qk" for key, value in state.items()}
        moco["module.queue"], moco["module.queue_ptr"] = torch.zeros(128, 8), torch.zeros(1, dtype=torch.int64)
        torch.save({"epoch": 200, "arch": "resnet18", "state_dict": moco, "optimizer": optimizer}, "moco.pth")
        torch.save(
            {
                "student": {f"module.backbone.{key}": value for key, value in state.items()},
                "teacher": {f"backbone.{key}": value for key, value in state.items()},
                "args": options,
                "dino_loss": {"center": torch.zeros(1, 8)},
            },
            "dino.pth",
        )

        # The ResNets of lightly for small images, and of SupContrast, call the skip shortcut; lightly's has neither ReLU nor pool as a module.
        shortcut = {key.replace("downsample", "shortcut"): value for key, value in large.state_dict().items() if not key.startswith("fc.")}
        torch.save({"model": {"encoder.module." + key: value for key, value in shortcut.items()}, "opt": options}, "shortcut50.pth")
        place = {part: str(i) for i, part in enumerate(["conv1", "bn1", "layer1", "layer2", "layer3", "layer4"])}
        numbered = {".".join([place[key.split(".")[0]], *key.split(".")[1:]]): value for key, value in shortcut.items()}
        torch.save({"state_dict": {"backbone." + key: value for key, value in numbered.items()}}, "shortcut-sequence50.ckpt")
        deep = {key: value for key, value in large.state_dict().items() if key != "conv1.weight"}
        torch.save({**deep, **{f"conv1.{i}.weight": torch.zeros(32, 32, 3, 3) for i in (0, 3, 6)}}, "resnet50d.pth")

        # Views of a larger storage, values of two bytes, and a parameter.
        half = {key: value.half() if value.is_floating_point() else value for key, value in state.items()}
        first = half["conv1.weight"]
        half["conv1.weight"] = torch.nn.Parameter(torch.stack([-first, first], dim=-1)[..., 1])
        torch.save(half, "half.pth")
        small.load_state_dict(half)
        features(small, black, "half.bin")


        class Evil:
            def __reduce__(self):
                return os.system, ("touch made-by-the-pickle",)


        torch.save({"state_dict": state, "evil": Evil(), "more": [Evil()]}, "evil.pth")
        torch.save(state, "legacy.pth", _use_new_zipfile_serialization=False)
        torch.save(torch.nn.Linear(2, 3).state_dict(), "linear.pth")
        with open("18.pth", "rb") as file, open("cut.pth", "wb") as cut:
            cut.write(file.read()[:100_000])
        with zipfile.ZipFile("18.pth") as whole, zipfile.ZipFile("short.pth", "w") as short:
            for entry in whole.infolist():
                values = whole.read(entry)
                short.writestr(entry, values[:-4] if entry.filename.endswith("data/0") else values)
        """;
}
