"""LARS in the official SimCLR form, with the learning rate inside the momentum. Kernels are decayed and scaled, nothing else is."""

import torch


class Lars(torch.optim.Optimizer):
    """One parameter after the other, as optimizers are mostly written."""

    def __init__(self, params, rate, momentum, trust, weight_decay):
        super().__init__(params, dict(lr=rate, momentum=momentum, trust=trust, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                g, rate = p.grad, group["lr"]
                state = self.state[p]
                if p.ndim > 1:
                    g = g.add(p, alpha=group["weight_decay"])
                    w_norm, g_norm = torch.norm(p), torch.norm(g)
                    ratio = group["trust"] * w_norm / g_norm
                    g = g * torch.where((w_norm > 0) & (g_norm > 0), ratio, torch.ones_like(ratio))
                if "velocity" not in state:
                    state["velocity"] = torch.zeros_like(p)
                v = state["velocity"]
                v.mul_(group["momentum"]).add_(g, alpha=rate)
                p.sub_(v)


class ForeachLars:
    """All parameters at once, in the buffers of their gradients."""

    def __init__(self, params, rate, momentum, trust, weight_decay):
        params = list(params)
        self.kernels = [p for p in params if p.ndim > 1]
        self.others = [p for p in params if p.ndim <= 1]
        self.velocity = [torch.zeros_like(p) for p in self.kernels + self.others]
        self.rate, self.momentum, self.trust, self.weight_decay = rate, momentum, trust, weight_decay

    def zero_grad(self):
        for p in self.kernels + self.others:
            p.grad = None

    @torch.no_grad()
    def step(self):
        grads = [p.grad for p in self.kernels]
        torch._foreach_add_(grads, self.kernels, alpha=self.weight_decay)
        w, g = torch.stack(torch._foreach_norm(self.kernels)), torch.stack(torch._foreach_norm(grads))
        ratios = torch.where((w > 0) & (g > 0), self.trust * w / g, torch.ones_like(w))
        torch._foreach_mul_(grads, list(ratios.unbind()))
        everything, gradients = self.kernels + self.others, grads + [p.grad for p in self.others]
        torch._foreach_mul_(self.velocity, self.momentum)
        torch._foreach_add_(self.velocity, gradients, alpha=self.rate)
        torch._foreach_sub_(everything, self.velocity)
