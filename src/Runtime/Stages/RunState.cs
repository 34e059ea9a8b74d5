using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Where a run stands between two stages, as an immutable value: what was measured, and the networks for later stages.</summary>
public sealed class RunState
{
    // Compared by reference: stages and networks hold functions, and sets of images hold tensors.
    private readonly ImmutableDictionary<Stage, Lazy<object>> networks;
    private readonly ImmutableDictionary<(FrozenNetwork Network, ImageSet Images), Features> features;

    private RunState(
        Results results,
        ImmutableDictionary<Stage, Lazy<object>> networks,
        ImmutableDictionary<(FrozenNetwork Network, ImageSet Images), Features> features
    ) => (Results, this.networks, this.features) = (results, networks, features);

    /// <summary>A run before its first stage.</summary>
    public static RunState Empty { get; } =
        new(
            Results.None,
            ImmutableDictionary.Create<Stage, Lazy<object>>(ReferenceEqualityComparer.Instance),
            ImmutableDictionary.Create<(FrozenNetwork Network, ImageSet Images), Features>(SameObjects.Instance)
        );

    /// <summary>What was measured.</summary>
    public Results Results { get; }

    /// <summary>The same with more results of a stage.</summary>
    internal RunState With(string stage, params IEnumerable<ResultRow> rows) => new(Results.With(stage, rows), networks, features);

    /// <summary>The same with what pretraining measured.</summary>
    internal RunState With(PretrainSummary? pretrain) => new(Results with { Pretrain = pretrain }, networks, features);

    /// <summary>The same with a stage's network, which is made when a later stage first asks for it.</summary>
    internal RunState WithNetwork(Stage stage, Func<object> network) => new(Results, networks.SetItem(stage, new(network)), features);

    /// <summary>The same with features of images under a network, which later stages may use again.</summary>
    internal RunState WithFeatures(FrozenNetwork network, ImageSet images, Features known) =>
        new(Results, networks, features.SetItem((network, images), known));

    /// <summary>The network of an earlier stage.</summary>
    internal object NetworkOf(Stage stage) => networks[stage].Value;

    /// <summary>Features of these images under a network, where a stage has computed them; else null.</summary>
    internal Features? FeaturesOf(FrozenNetwork network, ImageSet images) => features.GetValueOrDefault((network, images));

    private sealed class SameObjects : IEqualityComparer<(FrozenNetwork Network, ImageSet Images)>
    {
        public static SameObjects Instance { get; } = new();

        public bool Equals((FrozenNetwork Network, ImageSet Images) x, (FrozenNetwork Network, ImageSet Images) y) =>
            ReferenceEquals(x.Network, y.Network) && ReferenceEquals(x.Images, y.Images);

        public int GetHashCode((FrozenNetwork Network, ImageSet Images) pair) =>
            HashCode.Combine(RuntimeHelpers.GetHashCode(pair.Network), RuntimeHelpers.GetHashCode(pair.Images));
    }
}
