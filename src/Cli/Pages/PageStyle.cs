using SimClrDsl.Cli.Reports;

namespace SimClrDsl.Cli.Pages;

/// <summary>The style sheet of a page. Colours are variables, which have other values where the reader prefers dark pages.</summary>
internal static class PageStyle
{
    /// <summary>Number of colours for lines, which people with colour-vision deficiency can distinguish.</summary>
    public const int LineColours = 7;

    // After Okabe and Ito, without the colours that are too light on white or too dark on black.
    private static readonly string[] LightLines = ["#0072b2", "#d55e00", "#009e73", "#b8528c", "#444444", "#b87800", "#2b8cc4"];
    private static readonly string[] DarkLines = ["#56b4e9", "#ff8c42", "#2fcf9f", "#e3a3c8", "#dddddd", "#f0e442", "#8fd0f5"];

    /// <summary>The style sheet.</summary>
    public static string Sheet { get; } =
        $$"""
            :root { color-scheme: light dark; --page: #ffffff; --text: #1b1b1b; --quiet: #5c5c5c; --rule: #d5d5d5; --box: #f5f5f5;
              --right: #0072b2; --wrong: #d55e00; {{Variables(LightLines)}} }
            @media (prefers-color-scheme: dark) {
              :root { --page: #16181c; --text: #e8e8e8; --quiet: #a9adb3; --rule: #3b3f46; --box: #202329;
                --right: #56b4e9; --wrong: #ff8c42; {{Variables(DarkLines)}} }
            }
            * { box-sizing: border-box; }
            body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--page); color: var(--text);
              font: 16px/1.5 system-ui, {{ReportPlot.Fonts}}; }
            h1 { font-size: 1.6rem; line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--rule); }
            h1, h2, h3 { overflow-wrap: anywhere; }
            .quiet { color: var(--quiet); } .wide { overflow-x: auto; margin: 0.75rem 0; }
            table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
            th, td { padding: 0.3rem 0.7rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top;
              white-space: nowrap; }
            td:last-child { white-space: normal; min-width: 18rem; }
            .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1rem; }
            figure { margin: 0; min-width: 0; } figure svg { display: block; width: 100%; height: auto; overflow: visible; }
            figcaption { font-size: 0.85rem; color: var(--quiet); }
            .key { display: inline-block; width: 1.8rem; border-top: 3px solid var(--line); vertical-align: middle; margin-right: 0.4rem; }
            .keys .key + span { margin-right: 1.2rem; }
            .matrix td, .matrix th { padding: 0.3rem 0.45rem; text-align: right; min-width: 0; border: 1px solid var(--rule); }
            .matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; vertical-align: middle;
              font-weight: normal; }
            .matrix tbody th { font-weight: normal; white-space: nowrap; }
            .matrix td { background: color-mix(in srgb, var(--wrong) calc(var(--share) * 55%), transparent); }
            .matrix td.right { background: color-mix(in srgb, var(--right) calc(var(--share) * 55%), transparent); }
            .bar { display: inline-block; width: 6rem; height: 0.7rem; background: var(--box); border: 1px solid var(--rule); }
            .bar i { display: block; height: 100%; background: var(--right); width: calc(var(--share) * 100%); }
            .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 1rem; }
            .pictures img { width: 100%; image-rendering: pixelated; display: block; }
            .strips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 0.8rem; }
            .strips img { width: 100%; max-width: 26rem; image-rendering: pixelated; display: block; }
            .neighbours { display: grid; grid-template-columns: repeat(6, minmax(0, 7rem)); gap: 0.5rem; margin: 0.8rem 0; }
            .neighbours img { width: 100%; image-rendering: pixelated; display: block; }
            .neighbours figure:first-child { border-right: 3px solid var(--right); padding-right: 0.5rem; }
            .neighbours figcaption { overflow-wrap: anywhere; line-height: 1.2; }
            .map { max-width: 40rem; } .marks span { font-size: 1.1rem; } .warnings li { border-left: 4px solid var(--wrong);
              padding-left: 0.6rem; list-style: none; margin-left: -1.5rem; }
            details { margin: 0.6rem 0; border: 1px solid var(--rule); border-radius: 4px; padding: 0.4rem 0.8rem; }
            summary { cursor: pointer; }
            pre { overflow-x: auto; background: var(--box); padding: 0.8rem; font-size: 0.8rem; line-height: 1.35; }
            dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.15rem 1rem; font-size: 0.9rem; }
            dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }

            """;

    /// <summary>The variable that holds the colour of a line.</summary>
    /// <param name="line">Position of the line; colours repeat after <see cref="LineColours"/>.</param>
    public static string Line(int line) => $"var(--line-{line % LineColours})";

    private static string Variables(string[] colours) => string.Join(' ', colours.Select(static (colour, i) => $"--line-{i}: {colour};"));
}
