using System.Text;

namespace SimClrDsl.Generators.Emit;

/// <summary>
/// Writes C# code line by line. It indents blocks, ends lines with \n on every machine, and breaks lines that are too long in the same way
/// as the formatter CSharpier.
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

    /// <summary>The same writer, which will leave out the next blank line: there is none before the first member of a block.</summary>
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

    /// <summary>Writes a statement on one line if it fits, otherwise on several.</summary>
    public void Statement(Statement statement)
    {
        foreach (var line in Fits(statement.Line) ? [statement.Line] : statement.Broken)
        {
            Line(line);
        }
    }

    public void Summary(string sentence) => Line($"/// <summary>{Escaped(sentence)}</summary>");

    /// <summary>Opens a block with a header; disposing the scope closes it.</summary>
    public Scope Block(string header)
    {
        Line(header);
        Line("{");
        depth++;
        return new(this);
    }

    /// <summary>Opens the block of a function, with each parameter on a line of its own if they do not fit on one.</summary>
    public Scope Block(string open, IReadOnlyList<string> parameters, string close = ")")
    {
        Separated(open, parameters, close);
        Line("{");
        depth++;
        return new(this);
    }

    /// <summary>Writes <c>open item, item close</c> on one line if it fits, otherwise each item on a line of its own.</summary>
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

    /// <summary>Writes a list in brackets on one line if it fits, otherwise brackets and items on lines of their own.</summary>
    /// <param name="header">The text before the opening bracket.</param>
    /// <param name="open">The opening bracket.</param>
    /// <param name="items">The items between the brackets.</param>
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

    /// <summary>
    /// Writes an expression-bodied member, <c>header => new(item, item);</c>, with a break after the arrow if it does not fit.
    /// </summary>
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

    /// <summary>An open block, which is closed when the scope is disposed.</summary>
    internal readonly struct Scope(CodeWriter writer) : IDisposable
    {
        public void Dispose()
        {
            writer.depth--;
            writer.Line("}");
        }
    }
}
