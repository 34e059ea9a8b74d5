namespace SimClrDsl.Runtime.Weights.PyTorch;

/// <summary>What a pickle describes, as far as it matters for tensors. Nothing of it is ever executed.</summary>
internal abstract record PickledValue
{
    private PickledValue() { }

    /// <summary>A class or function, by its full name: <c>torch.FloatStorage</c>.</summary>
    internal sealed record Named(string Name) : PickledValue;

    /// <summary>A text.</summary>
    internal sealed record Text(string Value) : PickledValue;

    /// <summary>A whole number.</summary>
    internal sealed record Number(long Value) : PickledValue;

    /// <summary>A tuple or list. It is mutable because a pickle fills lists after it has made them.</summary>
    internal sealed record Several(List<PickledValue> Items) : PickledValue;

    /// <summary>
    /// A dictionary, whose keys that are not texts are left out. It is mutable because a pickle fills it after it has made it.
    /// </summary>
    internal sealed record Map(Dictionary<string, PickledValue> Entries) : PickledValue;

    /// <summary>Values of one type in an entry of the file.</summary>
    /// <param name="Type">Name of the storage's class: <c>torch.FloatStorage</c>.</param>
    /// <param name="Key">Name of the entry.</param>
    /// <param name="Count">Number of values.</param>
    internal sealed record Storage(string Type, string Key, long Count) : PickledValue;

    /// <summary>A view of a storage.</summary>
    /// <param name="Of">The storage.</param>
    /// <param name="Offset">Position of the first value.</param>
    /// <param name="Shape">Sizes.</param>
    /// <param name="Strides">Distance between neighbours in each dimension.</param>
    internal sealed record TensorView(Storage Of, long Offset, long[] Shape, long[] Strides) : PickledValue;

    /// <summary>Anything else: an object of a class that is not known here.</summary>
    internal sealed record Other : PickledValue;
}
