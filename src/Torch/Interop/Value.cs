using System.Runtime.InteropServices;

namespace SimClrDsl.Native;

/// <summary>What a <see cref="Value"/> holds; mirrored in native/simclr_torch.h.</summary>
internal enum Tag
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    BoolList = 7,
    TensorList = 8,
    String = 9,
    Device = 10,
    Generator = 11,
    Default = 12,
}

/// <summary>One value crossing the native boundary; layout mirrored in native/simclr_torch.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct Value
{
    [FieldOffset(0)]
    public Tag Tag;

    [FieldOffset(4)]
    public int Count;

    [FieldOffset(8)]
    public long Bits;

    [FieldOffset(8)]
    public double Number;

    [FieldOffset(8)]
    public void* Pointer;
}
