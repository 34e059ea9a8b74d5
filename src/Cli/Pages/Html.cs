using System.Security;
using System.Text.RegularExpressions;

namespace SimClrDsl.Cli.Pages;

/// <summary>Writes HTML that is also well-formed XML, so that any parser can read it.</summary>
internal static partial class Html
{
    /// <summary>A text with its markup characters escaped. Control characters, which XML forbids, are replaced.</summary>
    public static string Text(string text) => SecurityElement.Escape(Forbidden().Replace(text, "\uFFFD"));

    /// <summary>A table whose cells are HTML, in a box that scrolls sideways where the window is narrow.</summary>
    /// <param name="head">Cells of the heading.</param>
    /// <param name="rows">Rows of cells.</param>
    public static string Table(IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows) =>
        $"<div class=\"wide\"><table><thead><tr>{Cells("th", head)}</tr></thead><tbody>\n"
        + string.Concat(rows.Select(static row => $"<tr>{Cells("td", row)}</tr>\n"))
        + "</tbody></table></div>\n";

    /// <summary>A picture that is part of the page.</summary>
    /// <param name="png">A PNG file.</param>
    /// <param name="text">What it shows, for those who hear the page.</param>
    public static string Image(byte[] png, string text) =>
        $"<img alt=\"{Text(text)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>";

    /// <summary>A part that opens when its title is clicked.</summary>
    public static string Details(string title, string content) => $"<details><summary>{Text(title)}</summary>\n{content}</details>\n";

    /// <summary>A text in lines, as it is.</summary>
    public static string Lines(string text) => $"<pre>{Text(text)}</pre>\n";

    private static string Cells(string tag, IEnumerable<string> cells) => string.Concat(cells.Select(cell => $"<{tag}>{cell}</{tag}>"));

    [GeneratedRegex(@"[^\t\n\r\u0020-\uFFFD]")]
    private static partial Regex Forbidden();
}
