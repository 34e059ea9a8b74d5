"""PyTorch with everything that is known to help: channels-last, bf16 autocast where it is faster, batched augmentation on the device,
foreach updates, freed memory that stays in the process, cuDNN's search for the fastest kernels."""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4


def keep_buffers():
    """What the project does in its own process: glibc neither maps buffers one by one nor trims the heap."""
    libc = ctypes.CDLL(None)
    assert libc.mallopt(M_MMAP_MAX, 0) == 1 and libc.mallopt(M_TRIM_THRESHOLD, -1) == 1


keep_buffers()

import torch

from augment import BatchedAugment
from lars import ForeachLars
from network import network, nt_xent
from worker import Work, ready_views, serve


def augmented(work):
    w = work.workload
    images, view = work.read("images")["images"], BatchedAugment(w["augment"], w["side"])
    state = {"order": torch.empty(0, dtype=torch.int64)}

    def batches(count):
        for _ in range(count):
            while len(state["order"]) < w["batch"]:
                state["order"] = torch.cat([state["order"], torch.randperm(len(images))])
            chosen, state["order"] = state["order"].split([w["batch"], len(state["order"]) - w["batch"]])
            pixels = images.index_select(0, chosen).to(work.device)
            yield torch.cat([view(pixels), view(pixels)])

    return batches


def main(prepare=lambda model: model):
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    work = Work()
    w = work.workload
    model = network(w, work.read("weights")).to(work.device, memory_format=torch.channels_last)
    optimizer = ForeachLars(
        (p for p in model.parameters() if p.requires_grad), w["rate"], w["momentum"], w["trust"], w["weight_decay"]
    )
    forward = prepare(model)

    def step(views):
        optimizer.zero_grad()
        views = views.contiguous(memory_format=torch.channels_last)
        with torch.autocast(work.device.type, dtype=torch.bfloat16, enabled=work.bf16):
            z = forward(views)
        loss = nt_xent(z, w["temperature"], w["loss_factor"])
        loss.backward()
        optimizer.step()
        return loss.detach() / w["loss_factor"]

    serve(work, step, ready_views(work) if work.measure == "step" else augmented(work))


if __name__ == "__main__":
    main()
