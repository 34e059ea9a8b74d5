using System.Diagnostics.CodeAnalysis;
using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients as a function of outputs and inputs.</summary>
    public static partial class autograd
    {
        /// <summary>The gradients of the outputs' sum, one for each input; null for an unused input, where that is allowed.</summary>
        [SuppressMessage("Design", "CA1002", Justification = "TorchSharp's signature.")]
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false
        )
        {
            if (grad_outputs is not null && grad_outputs.Count != outputs.Count)
            {
                throw new ArgumentException($"{outputs.Count} outputs have {grad_outputs.Count} gradients", nameof(grad_outputs));
            }
            var from = Handles(outputs);
            var to = Handles(inputs);
            var given = grad_outputs is null ? null : Handles(grad_outputs);
            var results = new nint[inputs.Count];
            fixed (
                nint* fromHandles = from,
                    toHandles = to,
                    givenHandles = given,
                    resultHandles = results
            )
            {
                var status = LibTorch.simclr_grad(
                    fromHandles,
                    from.Length,
                    toHandles,
                    to.Length,
                    givenHandles,
                    retain_graph ? 1 : 0,
                    create_graph ? 1 : 0,
                    allow_unused ? 1 : 0,
                    resultHandles
                );
                GC.KeepAlive(outputs);
                GC.KeepAlive(inputs);
                GC.KeepAlive(grad_outputs);
                _ = LibTorch.Checked(status);
            }
            var gradients = new Tensor[results.Length];
            for (var i = 0; i < results.Length; i++)
            {
                gradients[i] = results[i] == 0 ? null! : new Tensor(results[i]);
            }
            return gradients;
        }

        private static nint[] Handles(IList<Tensor> tensors)
        {
            var handles = new nint[tensors.Count];
            for (var i = 0; i < handles.Length; i++)
            {
                handles[i] = tensors[i]?.Handle ?? 0;
            }
            return handles;
        }
    }
}
