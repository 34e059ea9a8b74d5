using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SimClrDsl.Cli.Terminal;

/// <summary>The help of the program: that of System.CommandLine, followed by examples.</summary>
internal static class Help
{
    private const string Examples = """
        Examples:
          simclr run fashion-mnist                             pretrain, fine-tune, distil, print the table
          simclr run fashion-mnist --set pretrain.epochs=2     the same with another setting
          simclr run cifar10-tiny --smoke                      a shrunken form, in seconds
          simclr new my-pictures                               a spec for a folder of one's own pictures
          simclr check my-experiment.yaml                      every mistake of a file, with line and column
          simclr plan my-experiment.yaml                       layers, steps and learning rates before anything runs
          simclr report table-1                                a table of the paper from what has been run
          simclr report runs/NAME-HASH                         a page about a run, or about several
          simclr predict runs/NAME-HASH photo.jpg folder/      the classes of pictures, by what a run trained
          simclr export fashion-mnist --stage finetune         a trained network for other programs
          simclr bench --quick                                 ours against PyTorch and TorchSharp
          simclr test Dsl                                      the tests of tests/Dsl.Tests; without a name, every test
        What a command takes: simclr COMMAND --help. Every key of a spec: docs/experiment-reference.md.
        """;

    /// <summary>Adds the examples to the help of the root command.</summary>
    public static RootCommand WithExamples(this RootCommand root)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new Action((SynchronousCommandLineAction)help.Action!);
        }

        return root;
    }

    private sealed class Action(SynchronousCommandLineAction inner) : SynchronousCommandLineAction
    {
        // Print the help even if a required argument is missing.
        public override bool ClearsParseErrors => inner.ClearsParseErrors;

        public override int Invoke(ParseResult parseResult)
        {
            var done = inner.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(Examples);
            }

            return done;
        }
    }
}
