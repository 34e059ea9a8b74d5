using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SimClrDsl.Bench.Peers;

/// <summary>
/// LARS in the official SimCLR form, with the learning rate inside the momentum. Kernels are decayed and scaled, nothing else is. One
/// parameter after the other, as optimizers are mostly written.
/// </summary>
internal sealed class Lars(IReadOnlyList<Parameter> parameters, Workload workload)
{
    private readonly List<Tensor> velocities = [.. parameters.Select(static parameter => zeros_like(parameter))];

    /// <summary>As TorchSharp's own optimizers do it.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in parameters)
        {
            using var gradient = parameter.grad;
            _ = gradient?.zero_();
        }
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        foreach (var (parameter, velocity) in parameters.Zip(velocities))
        {
            var gradient = parameter.grad!;
            if (parameter.ndim > 1)
            {
                gradient = gradient.add(parameter, alpha: workload.WeightDecay);
                var (weight, change) = (parameter.norm(), gradient.norm());
                var ratio = workload.Trust * weight / change;
                gradient = gradient * where(weight.gt(0).logical_and(change.gt(0)), ratio, ones_like(ratio));
            }

            _ = velocity.mul_(workload.Momentum).add_(gradient, alpha: workload.Rate);
            _ = parameter.sub_(velocity);
        }
    }
}

/// <summary>The same in the buffers of the gradients, with the ratios of all kernels at once; gradients are freed between steps.</summary>
internal sealed class LarsInPlace
{
    private readonly Workload workload;
    private readonly List<Parameter> kernels;
    private readonly List<Parameter> all;
    private readonly List<Tensor> velocities;

    public LarsInPlace(IReadOnlyList<Parameter> parameters, Workload workload)
    {
        this.workload = workload;
        kernels = [.. parameters.Where(static parameter => parameter.ndim > 1)];
        all = [.. kernels, .. parameters.Where(static parameter => parameter.ndim <= 1)];
        velocities = [.. all.Select(static parameter => zeros_like(parameter))];
    }

    public void ZeroGrad() => all.ForEach(static parameter => parameter.grad = null);

    public void Step()
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var gradients = all.ConvertAll(static parameter => parameter.grad!);
        for (var i = 0; i < kernels.Count; i++)
        {
            _ = gradients[i].add_(kernels[i], alpha: workload.WeightDecay);
        }

        var weights = stack(kernels.Select(static kernel => kernel.norm()));
        var changes = stack(gradients.Take(kernels.Count).Select(static gradient => gradient.norm()));
        var ratios = where(weights.gt(0).logical_and(changes.gt(0)), workload.Trust * weights / changes, ones_like(weights)).unbind();
        for (var i = 0; i < all.Count; i++)
        {
            var gradient = i < ratios.Length ? gradients[i].mul_(ratios[i]) : gradients[i];
            _ = velocities[i].mul_(workload.Momentum).add_(gradient, alpha: workload.Rate);
            _ = all[i].sub_(velocities[i]);
        }
    }
}
