using System.Buffers.Binary;
using System.Text;
using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Reads the files of CIFAR's Python version, which are pickles of a dictionary. Only the instructions that such a file has are understood,
/// and none of them calls anything: where a pickle asks for a function of Python, its arguments are kept as a list. So a file cannot run
/// code, however it was made.
/// </summary>
internal sealed class PickledCifar
{
    private const int MostInstructions = 2_000_000;

    private readonly byte[] file;
    private readonly List<object?> stack = [];
    private readonly Dictionary<int, object?> memory = [];
    private int at;

    private PickledCifar(byte[] file) => this.file = file;

    // The place where a list, tuple or dictionary begins on the stack.
    private sealed class Mark
    {
        public static Mark Here { get; } = new();
    }

    // The name of a function or class of Python.
    private sealed record Global(string Name);

    // A call that is not made: what would be called, and with what. Its state is what the pickle would set afterwards.
    private sealed record Call(object? Function, object? Arguments)
    {
        public List<object?> State { get; } = [];
    }

    /// <summary>The dictionary that a file holds: texts, lists of numbers, and the bytes of arrays, by key.</summary>
    /// <param name="path">Path for messages.</param>
    /// <param name="file">The bytes of the file.</param>
    /// <returns>The dictionary; an error if the file is not a pickle of this kind.</returns>
    public static Either<InputError, IReadOnlyDictionary<string, object?>> Read(string path, byte[] file)
    {
        try
        {
            return new PickledCifar(file).Run();
        }
        catch (Exception e)
            when (e
                    is ArgumentException
                        or InvalidOperationException
                        or InvalidCastException
                        or IndexOutOfRangeException
                        or KeyNotFoundException
            )
        {
            return new InputError($"{path} is no file of CIFAR's Python version, or it is damaged: download it again.");
        }
    }

    private Dictionary<string, object?> Run()
    {
        for (var instruction = 0; instruction < MostInstructions; instruction++)
        {
            var code = (char)Byte();
            if (code == '.')
            {
                return ((Dictionary<string, object?>)Pop()!).ToDictionary(static entry => entry.Key, static entry => Plain(entry.Value));
            }

            Do(code);
        }

        throw new InvalidOperationException("too many instructions");
    }

    // An array is a call with a state: a version, the shape, the type, whether columns come first, and the bytes.
    private static object? Plain(object? value) =>
        value is Call { State: [IReadOnlyList<object?> and [_, _, _, false, byte[] bytes]] } ? bytes : value;

    private void Do(char code)
    {
        switch (code)
        {
            case '\x80': // protocol
                _ = Byte();
                break;
            case '(':
                stack.Add(Mark.Here);
                break;
            case '}':
                stack.Add(new Dictionary<string, object?>(StringComparer.Ordinal));
                break;
            case ']':
                stack.Add(new List<object?>());
                break;
            case ')':
                stack.Add(Array.Empty<object?>());
                break;
            case 'q': // remember in a place of one byte
                memory[Byte()] = stack[^1];
                break;
            case 'r': // remember in a place of four bytes
                memory[Number()] = stack[^1];
                break;
            case 'h':
                stack.Add(memory[Byte()]);
                break;
            case 'j':
                stack.Add(memory[Number()]);
                break;
            default:
                Value(code);
                break;
        }
    }

    private void Value(char code)
    {
        switch (code)
        {
            case 'N':
                stack.Add(null);
                break;
            case '\x88' or '\x89': // true, false
                stack.Add(code == '\x88');
                break;
            case 'K':
                stack.Add((long)Byte());
                break;
            case 'M':
                stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case 'J':
                stack.Add((long)Number());
                break;
            case 'U' or 'C': // bytes with a length of one byte
                stack.Add(Take(Byte()).ToArray());
                break;
            case 'T' or 'B': // bytes with a length of four bytes
                stack.Add(Take(Number()).ToArray());
                break;
            case 'X': // text
                stack.Add(Take(Number()).ToArray());
                break;
            case 'c': // the name of a function, in two lines
                stack.Add(new Global($"{Line()}.{Line()}"));
                break;
            default:
                Structure(code);
                break;
        }
    }

    private void Structure(char code)
    {
        switch (code)
        {
            case 't':
                stack.Add(SinceMark());
                break;
            case '\x85' or '\x86' or '\x87': // tuples of one to three
                var count = code - '\x84';
                var items = stack[^count..];
                stack.RemoveRange(stack.Count - count, count);
                stack.Add(items);
                break;
            case 'R':
                var arguments = Pop();
                stack.Add(new Call(Pop(), arguments));
                break;
            case 'b':
                var state = Pop();
                ((Call)stack[^1]!).State.Add(state);
                break;
            case 'a':
                var one = Pop();
                ((List<object?>)stack[^1]!).Add(one);
                break;
            case 'e':
                var more = SinceMark();
                ((List<object?>)stack[^1]!).AddRange(more);
                break;
            case 's':
                var value = Pop();
                Put(Pop(), value);
                break;
            case 'u':
                var entries = SinceMark();
                for (var i = 0; i < entries.Count; i += 2)
                {
                    Put(entries[i], entries[i + 1]);
                }

                break;
            default:
                throw new InvalidOperationException($"instruction {(int)code}");
        }
    }

    private void Put(object? key, object? value) =>
        ((Dictionary<string, object?>)stack[^1]!)[Encoding.UTF8.GetString((byte[])key!)] = value;

    private List<object?> SinceMark()
    {
        var mark = stack.FindLastIndex(static item => item is Mark);
        var items = stack[(mark + 1)..];
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }

    private object? Pop()
    {
        var top = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private byte Byte() => file[at++];

    private int Number() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    private ReadOnlySpan<byte> Take(int length)
    {
        var bytes = file.AsSpan(at, length);
        at += length;
        return bytes;
    }

    private string Line()
    {
        var length = file.AsSpan(at).IndexOf((byte)'\n');
        var text = Encoding.ASCII.GetString(Take(length));
        at++;
        return text;
    }
}
