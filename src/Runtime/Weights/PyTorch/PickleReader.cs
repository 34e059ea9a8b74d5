using System.Buffers.Binary;
using System.Text;
using static SimClrDsl.Runtime.Weights.PyTorch.PickledValue;

namespace SimClrDsl.Runtime.Weights.PyTorch;

/// <summary>
/// Interprets the pickle of a PyTorch file without running any code: a pickle may name any function of Python and have it called, so names
/// are only compared with those that make dictionaries and tensors, and every other call gives an unknown object.
/// </summary>
internal sealed class PickleReader
{
    private const byte Stop = (byte)'.';

    private readonly byte[] bytes;
    private readonly List<PickledValue> stack = [];
    private readonly Stack<int> marks = new();
    private readonly Dictionary<long, PickledValue> memo = [];
    private int at;

    private PickleReader(byte[] bytes) => this.bytes = bytes;

    /// <summary>The value that a pickle describes.</summary>
    /// <exception cref="FormatException">It is damaged, or uses an instruction that PyTorch's files do not use.</exception>
    public static PickledValue Read(byte[] bytes)
    {
        var reader = new PickleReader(bytes);
        while (reader.Byte() is var code and not Stop)
        {
            reader.Do(code);
        }

        return reader.Pop();
    }

    private void Do(byte code)
    {
        switch (code)
        {
            case 0x80: // PROTO
                Skip(1);
                break;
            case 0x95: // FRAME
                Skip(8);
                break;
            case (byte)'(': // MARK
                marks.Push(stack.Count);
                break;
            case (byte)'}': // EMPTY_DICT
                Push(new Map([]));
                break;
            case (byte)']': // EMPTY_LIST
            case (byte)')': // EMPTY_TUPLE
                Push(new Several([]));
                break;
            case (byte)'t': // TUPLE
                Push(new Several(PopToMark()));
                break;
            case 0x85: // TUPLE1 to TUPLE3
            case 0x86:
            case 0x87:
                Push(new Several(Pop(code - 0x84)));
                break;
            case (byte)'X': // BINUNICODE
                Push(new Text(Utf8(UInt32())));
                break;
            case 0x8c: // SHORT_BINUNICODE
                Push(new Text(Utf8(Byte())));
                break;
            case (byte)'U': // SHORT_BINSTRING
                Push(new Text(Utf8(Byte())));
                break;
            case (byte)'T': // BINSTRING
                Push(new Text(Utf8(UInt32())));
                break;
            case (byte)'C': // SHORT_BINBYTES
                Skip(Byte());
                Push(new Other());
                break;
            case (byte)'B': // BINBYTES
                Skip(UInt32());
                Push(new Other());
                break;
            case (byte)'K': // BININT1
                Push(new Number(Byte()));
                break;
            case (byte)'M': // BININT2
                Push(new Number(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))));
                break;
            case (byte)'J': // BININT
                Push(new Number(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                break;
            case 0x8a: // LONG1
                Push(Whole(Take(Byte())));
                break;
            case (byte)'G': // BINFLOAT
                Skip(8);
                Push(new Other());
                break;
            case (byte)'N': // NONE
            case 0x88: // NEWTRUE
            case 0x89: // NEWFALSE
            case 0x8f: // EMPTY_SET
                Push(new Other());
                break;
            case (byte)'q': // BINPUT
                memo[Byte()] = Top();
                break;
            case (byte)'r': // LONG_BINPUT
                memo[UInt32()] = Top();
                break;
            case 0x94: // MEMOIZE
                memo[memo.Count] = Top();
                break;
            case (byte)'h': // BINGET
                Push(Kept(Byte()));
                break;
            case (byte)'j': // LONG_BINGET
                Push(Kept(UInt32()));
                break;
            case (byte)'c': // GLOBAL
                Push(new Named($"{Line()}.{Line()}"));
                break;
            case 0x93: // STACK_GLOBAL
                var names = Pop(2);
                Push(names is [Text module, Text name] ? new Named($"{module.Value}.{name.Value}") : new Other());
                break;
            case (byte)'Q': // BINPERSID
                Push(StorageOf(Pop()));
                break;
            case (byte)'R': // REDUCE
            case 0x81: // NEWOBJ
                var call = Pop(2);
                Push(Called(call[0], call[1]));
                break;
            case (byte)'b': // BUILD
                Pop();
                break;
            case (byte)'s': // SETITEM
                Fill(Pop(2));
                break;
            case (byte)'u': // SETITEMS
                Fill(PopToMark());
                break;
            case (byte)'a': // APPEND
                Append([Pop()]);
                break;
            case (byte)'e': // APPENDS
            case 0x90: // ADDITEMS
                Append(PopToMark());
                break;
            case (byte)'0': // POP
                Pop();
                break;
            default:
                throw new FormatException(FormattableString.Invariant($"it has the instruction 0x{code:x2} at byte {at - 1}"));
        }
    }

    // The functions that PyTorch's files call to make what matters here.
    private static PickledValue Called(PickledValue function, PickledValue given) =>
        (function, given) switch
        {
            (Named { Name: "collections.OrderedDict" or "builtins.dict" }, _) => new Map([]),
            (
                Named { Name: "torch._utils._rebuild_tensor_v2" },
                Several { Items: [Storage storage, Number offset, Several shape, Several strides, ..] }
            ) => new TensorView(storage, offset.Value, Sizes(shape), Sizes(strides)),
            (Named { Name: "torch._utils._rebuild_parameter" }, Several { Items: [TensorView tensor, ..] }) => tensor,
            _ => new Other(),
        };

    private static long[] Sizes(Several sizes) =>
        [
            .. sizes.Items.Select(static size =>
                size is Number { Value: >= 0 } number ? number.Value : throw new FormatException("a tensor's sizes are no numbers")
            ),
        ];

    // ("storage", class, entry, device, number of values)
    private static PickledValue StorageOf(PickledValue id) =>
        id is Several { Items: [Text { Value: "storage" }, Named type, Text key, _, Number count, ..] }
            ? new Storage(type.Name, key.Value, count.Value)
            : throw new FormatException("it refers to data in a way that is not known");

    private void Fill(List<PickledValue> pairs)
    {
        // Of an object of an unknown class nothing is kept.
        if (Top() is not Map map)
        {
            return;
        }

        for (var i = 0; i + 1 < pairs.Count; i += 2)
        {
            if (pairs[i] is Text key)
            {
                map.Entries[key.Value] = pairs[i + 1];
            }
        }
    }

    private void Append(List<PickledValue> items)
    {
        if (Top() is Several several)
        {
            several.Items.AddRange(items);
        }
    }

    private PickledValue Kept(long key) =>
        memo.TryGetValue(key, out var value) ? value : throw new FormatException($"it has no value {key}");

    private void Push(PickledValue value) => stack.Add(value);

    private PickledValue Top() => stack.Count > 0 ? stack[^1] : throw Ended();

    private PickledValue Pop() => Pop(1)[0];

    private List<PickledValue> Pop(int count)
    {
        if (stack.Count < count)
        {
            throw Ended();
        }

        var values = stack.GetRange(stack.Count - count, count);
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    private List<PickledValue> PopToMark() => marks.TryPop(out var mark) && mark <= stack.Count ? Pop(stack.Count - mark) : throw Ended();

    private byte Byte() => Take(1)[0];

    private long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private string Utf8(long length) => Encoding.UTF8.GetString(Take(length));

    // Whole numbers beyond 64 bits are none of a tensor's.
    private static PickledValue Whole(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > sizeof(long))
        {
            return new Other();
        }

        var negative = digits.Length > 0 && digits[^1] >= 0x80;
        var value = negative ? -1L : 0;
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | digits[i];
        }

        return new Number(value);
    }

    private string Line()
    {
        var length = bytes.AsSpan(at).IndexOf((byte)'\n');
        var text = length < 0 ? throw Ended() : Utf8(length);
        Skip(1);
        return text;
    }

    private void Skip(long count) => _ = Take(count);

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > bytes.Length - at)
        {
            throw Ended();
        }

        var taken = bytes.AsSpan(at, (int)count);
        at += (int)count;
        return taken;
    }

    private static FormatException Ended() => new("it ends too early");
}
