using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace SimClrDsl.Native;

/// <summary>Calls an aten operator by name: the one way from C# into libtorch's operators.</summary>
internal static unsafe class Op
{
    // Room on the stack for the lists of a usual call; a longer list is rented.
    private const int Scratch = 512;
    private const int MostResults = 8;

    /// <summary>The operator's one tensor.</summary>
    public static torch.Tensor Call(string op, params ReadOnlySpan<Arg> args)
    {
        Value result;
        Invoke(op, args, &result, 1);
        return Take(result)!;
    }

    /// <summary>The operator's two tensors.</summary>
    public static (torch.Tensor, torch.Tensor) Pair(string op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc Value[2];
        Invoke(op, args, results, 2);
        return (Take(results[0])!, Take(results[1])!);
    }

    /// <summary>The operator's three tensors.</summary>
    public static (torch.Tensor, torch.Tensor, torch.Tensor) Triple(string op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc Value[3];
        Invoke(op, args, results, 3);
        return (Take(results[0])!, Take(results[1])!, Take(results[2])!);
    }

    /// <summary>The operator's list of tensors, or its several tensors.</summary>
    public static torch.Tensor[] List(string op, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc Value[MostResults];
        var count = Invoke(op, args, results, MostResults);
        if (count == 1 && results[0].Tag == Tag.TensorList)
        {
            return TakeList(results[0]);
        }
        var tensors = new torch.Tensor[count];
        for (var i = 0; i < count; i++)
        {
            tensors[i] = Take(results[i])!;
        }
        return tensors;
    }

    /// <summary>The operator's yes or no.</summary>
    public static bool Test(string op, params ReadOnlySpan<Arg> args)
    {
        Value result;
        Invoke(op, args, &result, 1);
        return result.Bits != 0;
    }

    /// <summary>The operator's number.</summary>
    public static Scalar Number(string op, params ReadOnlySpan<Arg> args)
    {
        Value result;
        Invoke(op, args, &result, 1);
        return result.Tag switch
        {
            Tag.Double => result.Number,
            Tag.Bool => result.Bits != 0,
            _ => result.Bits,
        };
    }

    /// <summary>An operator called for its effect on its arguments.</summary>
    public static void Run(string op, params ReadOnlySpan<Arg> args) => Invoke(op, args, null, 0);

    /// <summary>An in-place operator: <paramref name="self"/> again, which is among the arguments.</summary>
    public static torch.Tensor Mutate(torch.Tensor self, string op, params ReadOnlySpan<Arg> args)
    {
        Invoke(op, args, null, 0);
        return self;
    }

    private static torch.Tensor? Take(Value value) => value.Tag == Tag.Tensor ? new torch.Tensor((nint)value.Pointer) : null;

    private static torch.Tensor[] TakeList(Value value)
    {
        var tensors = new torch.Tensor[value.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new torch.Tensor(((nint*)value.Pointer)[i]);
        }
        LibTorch.simclr_free_list((nint)value.Pointer);
        return tensors;
    }

    [SkipLocalsInit]
    private static int Invoke(string op, ReadOnlySpan<Arg> args, Value* results, int capacity)
    {
        var handle = Operators.Find(op);
        var values = stackalloc Value[args.Length];
        var scratch = stackalloc byte[Scratch];
        var room = new Room(scratch, Scratch);
        try
        {
            for (var i = 0; i < args.Length; i++)
            {
                Write(in args[i], ref values[i], ref room);
            }
            var count = LibTorch.simclr_call(handle, values, args.Length, results, capacity);
            // A finaliser must not free a handle that libtorch is reading.
            for (var i = 0; i < args.Length; i++)
            {
                GC.KeepAlive(args[i].Reference);
            }
            return count >= 0 ? count : throw LibTorch.Failure();
        }
        finally
        {
            room.Release();
        }
    }

    private static void Write(in Arg arg, ref Value value, ref Room room)
    {
        value.Tag = arg.Tag;
        value.Count = 0;
        value.Bits = arg.Bits;
        if (arg.Reference is null)
        {
            return;
        }
        switch (arg.Tag)
        {
            case Tag.Tensor:
                value.Bits = Unsafe.As<torch.Tensor>(arg.Reference).Handle;
                break;
            case Tag.Generator:
                value.Bits = Unsafe.As<torch.Generator>(arg.Reference).Handle;
                break;
            case Tag.IntList:
                Copy<long>(Unsafe.As<long[]>(arg.Reference), ref value, ref room);
                break;
            case Tag.DoubleList:
                Copy<double>(Unsafe.As<double[]>(arg.Reference), ref value, ref room);
                break;
            case Tag.BoolList:
                Copy<bool>(Unsafe.As<bool[]>(arg.Reference), ref value, ref room);
                break;
            case Tag.TensorList:
                var tensors = Unsafe.As<torch.Tensor?[]>(arg.Reference);
                var handles = (nint*)room.Take(tensors.Length * sizeof(nint));
                for (var i = 0; i < tensors.Length; i++)
                {
                    handles[i] = tensors[i]?.Handle ?? 0;
                }
                value.Pointer = handles;
                value.Count = tensors.Length;
                break;
            case Tag.String:
                var text = Unsafe.As<string>(arg.Reference);
                var bytes = new Span<byte>(
                    room.Take(Encoding.UTF8.GetMaxByteCount(text.Length)),
                    Encoding.UTF8.GetMaxByteCount(text.Length)
                );
                value.Count = Encoding.UTF8.GetBytes(text, bytes);
                value.Pointer = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void Copy<T>(T[] items, ref Value value, ref Room room)
        where T : unmanaged
    {
        var bytes = items.Length * sizeof(T);
        value.Pointer = room.Take(bytes);
        value.Count = items.Length;
        items.AsSpan().CopyTo(new Span<T>(value.Pointer, items.Length));
    }

    /// <summary>Memory for the lists of one call: first the caller's stack, then the heap.</summary>
    private ref struct Room(byte* scratch, int size)
    {
        private int used;
        private List<nint>? rented;

        public void* Take(int bytes)
        {
            var start = (used + 7) & ~7;
            if (start + bytes <= size)
            {
                used = start + bytes;
                return scratch + start;
            }
            var memory = NativeMemory.Alloc((nuint)bytes);
            (rented ??= []).Add((nint)memory);
            return memory;
        }

        public readonly void Release()
        {
            if (rented is not null)
            {
                foreach (var memory in rented)
                {
                    NativeMemory.Free((void*)memory);
                }
            }
        }
    }
}
