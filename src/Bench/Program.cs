using SimClrDsl.Bench;
using SimClrDsl.Cli;

return CommandLine.Run(args, Console.Out, Console.Error, Commands.All);
