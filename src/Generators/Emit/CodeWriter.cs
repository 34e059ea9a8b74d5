using System.Text;

namespace SimClrDsl.Generators.Emit;

/// <summary>
/// Writes C# text line by line. Indentation follows blocks, lines end with \n on every machine, and what does not fit
/// on a line is broken the way CSharpier breaks it.
/// </summary>
internal sealed class CodeWriter
{
    private const int Width = 140;
    private const string Indent = "    ";

    private readonly StringBuilder text = new();
    private int depth;
    private bool skipsBlank;

    public override string ToString() => text.ToString();

    public void Blank()
    {
        if (!skipsBlank)
        {
            text.Append('\n');
        }

        skipsBlank = false;
    }

    /// <summary>The same writer, which leaves out the next blank line: the first of a brace's members has none before it.</summary>
    public CodeWriter WithoutNextBlank()
    {
        skipsBlank = true;
        return this;
    }

    public void Line(string line)
    {
        if (line.Length == 0)
        {
            Blank();
            return;
        }

        for (var i = 0; i < depth; i++)
        {
            text.Append(Indent);
        }

        text.Append(line).Append('\n');
    }

    /// <summary>Writes each line of a block of text at the current indentation; empty lines stay empty.</summary>
    public void Lines(string lines)
    {
        foreach (var line in lines.Split('\n'))
        {
            Line(line);
        }
    }

    /// <summary>Writes a statement on one line if it fits.</summary>
    public void Statement(Statement statement)
    {
        foreach (var line in Fits(statement.Line) ? [statement.Line] : statement.Broken)
        {
            Line(line);
        }
    }

    public void Summary(string sentence) => Line($"/// <summary>{Escaped(sentence)}</summary>");

    /// <summary>Opens a brace under a header; disposing closes it.</summary>
    public Scope Block(string header)
    {
        Line(header);
        Line("{");
        depth++;
        return new(this);
    }

    /// <summary>Opens a brace under a function's header, its parameters broken where they do not fit.</summary>
    public Scope Block(string open, IReadOnlyList<string> parameters, string close = ")")
    {
        Separated(open, parameters, close);
        Line("{");
        depth++;
        return new(this);
    }

    /// <summary><c>open item, item close</c> on one line, or each item on its own.</summary>
    public void Separated(string open, IReadOnlyList<string> items, string close, string comment = "")
    {
        var line = open + string.Join(", ", items) + close;
        if (Fits(line))
        {
            Line(line + comment);
            return;
        }

        Line(open);
        depth++;
        for (var i = 0; i < items.Count; i++)
        {
            Line(items[i] + (i < items.Count - 1 ? "," : ""));
        }

        depth--;
        Line(close + comment);
    }

    /// <summary><c>open item, item close</c> on one line, or bracket, items and closing bracket on lines of their own.</summary>
    /// <param name="header">What comes before the opening bracket.</param>
    /// <param name="open">The opening bracket.</param>
    /// <param name="items">What is between the brackets.</param>
    /// <param name="close">The closing bracket.</param>
    public void Bracketed(string header, string open, IReadOnlyList<string> items, string close)
    {
        var spaced = open == "{" ? " " : "";
        var line = $"{header} {open}{spaced}{string.Join(", ", items)}{spaced}{close}";
        if (Fits(line))
        {
            Line(line);
            return;
        }

        Line(header);
        Line(open);
        depth++;
        foreach (var item in items)
        {
            Line($"{item},");
        }

        depth--;
        Line(close);
    }

    /// <summary>An expression-bodied member: <c>header => new(item, item);</c>, broken after the arrow where it does not fit.</summary>
    public void Arrow(string header, string open, IReadOnlyList<string> items, string close = ");")
    {
        var line = $"{header} => {open}{string.Join(", ", items)}{close}";
        if (Fits(line))
        {
            Line(line);
            return;
        }

        Line($"{header} =>");
        depth++;
        Separated(open, items, close);
        depth--;
    }

    /// <summary>Whether a line fits at the current indentation.</summary>
    public bool Fits(string line) => (depth * Indent.Length) + line.Length <= Width;

    private static string Escaped(string sentence) => sentence.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>An open brace.</summary>
    internal readonly struct Scope(CodeWriter writer) : IDisposable
    {
        public void Dispose()
        {
            writer.depth--;
            writer.Line("}");
        }
    }
}
