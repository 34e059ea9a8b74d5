"""A peer's process: it takes its first steps, says so, and then times as many steps as each line of its input asks for."""

import json
import os
import sys
import time

import torch

import tensors


class Work:
    """What the command line gave: PEER.py FOLDER step|loop STEPS float32|bf16."""

    def __init__(self):
        self.folder, self.measure, self.first = sys.argv[1], sys.argv[2], int(sys.argv[3])
        self.bf16 = sys.argv[4] == "bf16"
        with open(os.path.join(self.folder, "workload.json")) as file:
            self.workload = json.load(file)
        self.device = torch.device(self.workload["device"])
        torch.set_num_threads(self.workload["threads"])

    def read(self, name):
        return tensors.read(os.path.join(self.folder, f"{name}.safetensors"))


def ready_views(work):
    """Views that are augmented and on the device, first ones then second ones, over and over."""
    views = work.read("views")
    batches = []
    for i in range(len(views) // 2):
        batches.append(torch.cat([views.pop(f"{i}.first"), views.pop(f"{i}.second")]).to(work.device))
    state = {"next": 0}

    def taken(count):
        for _ in range(count):
            yield batches[state["next"]]
            state["next"] = (state["next"] + 1) % len(batches)

    return taken


def serve(work, step, batches):
    """step(views) trains and returns the loss; batches(count) gives the views of the next so many steps."""
    losses = [float(step(views)) for views in batches(work.first)]
    answer(losses=losses, torch=torch.__version__)
    for line in sys.stdin:
        answer(seconds=timed(work, step, batches, int(line.split()[1])), device_bytes=device_bytes(work))


def timed(work, step, batches, count):
    start = seconds = None
    for i, views in enumerate(batches(count + 1)):
        if seconds is None:  # what is loaded beyond the last step is only taken away
            step(views)
        if i == 0:
            synchronize(work)
            start = time.perf_counter()
        elif i == count:
            synchronize(work)
            seconds = time.perf_counter() - start
    return seconds


def synchronize(work):
    if work.device.type == "cuda":
        torch.cuda.synchronize()


def device_bytes(work):
    return torch.cuda.max_memory_reserved() if work.device.type == "cuda" else None


def answer(**values):
    print(json.dumps(values), flush=True)
