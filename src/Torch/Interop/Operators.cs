using System.Collections.Concurrent;

namespace SimClrDsl.Native;

/// <summary>Operator handles by "name" or "name.overload", found once per process.</summary>
internal static class Operators
{
    private static readonly ConcurrentDictionary<string, nint> handles = new(StringComparer.Ordinal);

    public static nint Find(string name) => handles.TryGetValue(name, out var handle) ? handle : handles.GetOrAdd(name, Resolve);

    private static nint Resolve(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var handle = dot < 0 ? LibTorch.simclr_operator(name, "") : LibTorch.simclr_operator(name[..dot], name[(dot + 1)..]);
        return handle != 0 ? handle : throw LibTorch.Failure();
    }
}
