using SimClrDsl.Specs;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SimClrDsl.Reading;

/// <summary>
/// Parses YAML text into a tree with places. It uses the parser's events, because the library's document model loses duplicate keys and the
/// places of keys. Specs are plain data: anchors, aliases, tags and several documents in a file are errors.
/// </summary>
public static class YamlFrontend
{
    /// <summary>Parses the text of a file. Positions do not count a leading byte order mark, as in Roslyn.</summary>
    /// <param name="file">Name of the file, for errors; it is not opened.</param>
    /// <param name="text">The text of the file.</param>
    public static ParsedSpec Read(string file, string text)
    {
        var source = YamlSyntax.WholeCharacters(text.TrimStart('\uFEFF'));
        if (YamlSyntax.IndentedByTab(file, source) is { } tab)
        {
            return Failed(tab, []);
        }

        var reader = new EventReader(file, source);
        try
        {
            var root = reader.ReadFile();
            return new(root, reader.Errors.ToSequence());
        }
        catch (YamlException error)
        {
            return Failed(YamlSyntax.ErrorOf(file, error), reader.Errors);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // Some invalid texts, such as a value that starts with "::", make the parser throw other exceptions than its own.
            return Failed(YamlSyntax.ErrorAfter(reader.LastSpan, error), reader.Errors);
        }
    }

    private static ParsedSpec Failed(SpecError error, IEnumerable<SpecError> before) =>
        new(new SpecNode.Unread(error.Span), before.Append(error).ToSequence());

    /// <summary>Builds the tree from the events of one file, and reports YAML features that specs may not use.</summary>
    private sealed class EventReader(string file, string source)
    {
        // Much more than any spec needs, and much less than would overflow the compiler's stack.
        private const int DeepestNesting = 64;

        private readonly Parser parser = new(new StringReader(source));

        private int depth;

        public List<SpecError> Errors { get; } = [];

        /// <summary>The place of the last event that was read.</summary>
        public SourceSpan LastSpan { get; private set; } = SourceSpan.StartOf(file);

        public SpecNode ReadFile()
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                return Empty();
            }

            var root = ReadNode("");
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
            {
                Unsupported(Span(second), "", "A file declares one experiment: put what follows '---' into a file of its own.");
            }

            return root switch
            {
                SpecNode.Scalar { IsEmpty: true } => Empty(),
                SpecNode.Map => root,
                _ => NotAMap(root),
            };
        }

        private SpecNode ReadNode(string path)
        {
            var node = parser.Consume<ParsingEvent>();
            LastSpan = Span(node);
            NoteAnchorAndTag(node, path);
            if (++depth > DeepestNesting)
            {
                throw new SyntaxErrorException(node.Start, node.End, "Nested too deeply");
            }

            SpecNode read = node switch
            {
                Scalar scalar => new SpecNode.Scalar(scalar.Value, scalar.Style != ScalarStyle.Plain, Span(scalar)),
                SequenceStart start => ReadList(start, path),
                MappingStart start => ReadMap(start, path),
                AnchorAlias alias => Unsupported(
                    Span(alias),
                    path,
                    $"Aliases (*{alias.Value.Value}) are not used in specs: write the value out."
                ),
                _ => throw new SyntaxErrorException(node.Start, node.End, "A value was expected"),
            };
            depth--;
            return read;
        }

        private void NoteAnchorAndTag(ParsingEvent node, string path)
        {
            if (node is NodeEvent { Anchor.IsEmpty: false } anchored)
            {
                Unsupported(
                    Span(node),
                    path,
                    $"Anchors (&{anchored.Anchor.Value}) are not used in specs: write the value out where it is needed."
                );
            }

            if (node is NodeEvent { Tag.IsEmpty: false } tagged)
            {
                var tag = tagged.Tag.Value.Replace("tag:yaml.org,2002:", "!!");
                Unsupported(Span(node), path, $"Tags are not used in specs: remove '{tag}'.");
            }
        }

        private SpecNode.List ReadList(SequenceStart start, string path)
        {
            var items = new List<SpecNode>();
            SequenceEnd? end;
            while (!parser.TryConsume<SequenceEnd>(out end))
            {
                items.Add(ReadNode($"{path}[{items.Count}]"));
            }

            var last = start.Style == SequenceStyle.Flow ? ClosingBracket(end) : items.LastOrDefault()?.Span;
            return new(items.ToSequence(), Whole(start, last));
        }

        private SpecNode.Map ReadMap(MappingStart start, string path)
        {
            var entries = new List<SpecNode.Entry>();
            var places = new Dictionary<string, int>();
            var (last, isPartial) = ((SourceSpan?)null, false);
            MappingEnd? end;
            while (!parser.TryConsume<MappingEnd>(out end))
            {
                if (ReadKey(path) is not { } key)
                {
                    isPartial = true;
                    continue;
                }

                var inner = Located.Join(path, key.Text);
                var entry = new SpecNode.Entry(key.Text, key.Span, ReadNode(inner));
                last = entry.Value.Span;
                if (places.TryGetValue(key.Text, out var place))
                {
                    Errors.Add(SpecErrors.DuplicateKey.At(key.Span, inner, entries[place].KeySpan.Line));
                    entries[place] = entries[place] with { Value = MergeDuplicates(entries[place].Value, entry.Value) };
                }
                else
                {
                    places.Add(key.Text, entries.Count);
                    entries.Add(entry);
                }
            }

            return new(entries.ToSequence(), Whole(start, start.Style == MappingStyle.Flow ? ClosingBracket(end) : last))
            {
                IsPartial = isPartial,
            };
        }

        // If a key is given twice, it is unknown which value was meant. Two maps are merged into one, which may have further keys.
        private static SpecNode MergeDuplicates(SpecNode first, SpecNode second) =>
            first is SpecNode.Map one && second is SpecNode.Map two
                ? one with
                {
                    Entries = one.Entries.Concat(two.Entries.Where(entry => one.Find(entry.Key) is null)).ToSequence(),
                    IsPartial = true,
                }
                : new SpecNode.Unread(first.Span);

        private SpecNode.Scalar? ReadKey(string path)
        {
            var key = ReadNode(path);
            if (key is SpecNode.Scalar { Text.Length: > 0 } word)
            {
                return word;
            }

            Unsupported(key.Span, path, "A key is a single word, as in 'epochs: 10': write one before the colon.");
            ReadNode(path);
            return null;
        }

        private SpecNode Empty()
        {
            Errors.Add(SpecErrors.EmptyFile.At(SourceSpan.StartOf(file), ""));
            return new SpecNode.Unread(SourceSpan.StartOf(file));
        }

        private SpecNode NotAMap(SpecNode root)
        {
            Errors.Add(
                SpecErrors.WrongType.At(root.Span, "", "a map of keys, such as 'name: fashion-mnist'", ValueText.Describe(root), "")
            );
            return new SpecNode.Unread(root.Span);
        }

        private SpecNode Unsupported(SourceSpan at, string path, string message)
        {
            Errors.Add(SpecErrors.UnsupportedYaml.At(at, path, message));
            return new SpecNode.Unread(at);
        }

        private SourceSpan Span(ParsingEvent at) => YamlSyntax.SpanOf(file, at.Start, at.End);

        // The parser's event of a closing bracket does not include the bracket.
        private SourceSpan ClosingBracket(ParsingEvent end) =>
            Span(end) is var span && span.Length > 0 ? span : span with { Length = 1, EndColumn = span.EndColumn + 1 };

        private SourceSpan Whole(ParsingEvent start, SourceSpan? last) => last is null ? Span(start) : Span(start).To(last);
    }
}
