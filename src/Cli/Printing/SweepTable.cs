using System.Globalization;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Printing;

/// <summary>Prints sweeps as text tables.</summary>
internal static class SweepTable
{
    private const double Gibi = 1024.0 * 1024 * 1024;

    /// <summary>One line per sweep, with its cost.</summary>
    public static string Needs(IReadOnlyList<Sweep> sweeps) =>
        TextTable
            .Format(
                [
                    "name",
                    "experiments",
                    "pretrainings",
                    "other stages",
                    "parameters (M)",
                    "multiply-adds (G)",
                    "steps",
                    "training (EMAC)",
                    "memory (GiB)",
                ],
                [
                    .. sweeps.Select(static sweep => Line(sweep.Name, SweepCost.Of(Plans([sweep])))),
                    // Stages that several experiments share are counted once.
                    Line("together", SweepCost.Of(Plans(sweeps))),
                ]
            )
            .TrimEnd('\n');

    /// <summary>One line per experiment of a sweep.</summary>
    public static string Experiments(IReadOnlyList<Plan> plans) =>
        TextTable
            .Format(
                ["name", "network", "labels", "parameters", "multiply-adds", "steps", "stages"],
                [
                    .. plans.Select(static plan =>
                        (string[])
                            [
                                plan.Name,
                                plan.Encoder.Title,
                                Numbers.Grouped(plan.Data.Labels),
                                Numbers.Grouped(plan.Encoder.Cost.Parameters.WithStatistics),
                                Numbers.Grouped(plan.Encoder.Cost.MultiplyAdds),
                                Numbers.Grouped(StageCost.Of(plan).Sum(static stage => stage.Steps)),
                                string.Join(", ", SpecText.Stages(plan)),
                            ]
                    ),
                ]
            )
            .TrimEnd('\n');

    private static List<Plan> Plans(IEnumerable<Sweep> sweeps) =>
        [.. sweeps.SelectMany(static sweep => sweep.Cells.Select(static cell => Plan.Of(cell.Spec)))];

    private static string[] Line(string name, SweepCost cost) =>
        [
            name,
            $"{cost.Experiments}",
            $"{cost.Stages.GetValueOrDefault(StageNames.Pretrain)}",
            string.Join(
                ", ",
                cost.Stages.Where(static stage => stage.Key != StageNames.Pretrain).Select(static stage => $"{stage.Value} {stage.Key}")
            ),
            Range(cost.Parameters.From / 1e6, cost.Parameters.To / 1e6),
            Range(cost.MultiplyAdds.From / 1e9, cost.MultiplyAdds.To / 1e9),
            Numbers.Grouped(cost.Steps),
            (cost.Training / 1e18).ToString("G3", CultureInfo.InvariantCulture),
            (cost.Bytes / Gibi).ToString("F0", CultureInfo.InvariantCulture),
        ];

    private static string Range(double from, double to) => from == to ? Number(from) : $"{Number(from)} to {Number(to)}";

    private static string Number(double value) => value.ToString(value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
