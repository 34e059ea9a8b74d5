"""PyTorch as most scripts use it: eager, float32, torchvision's transforms image by image in loader workers."""

import torch
from torchvision import transforms as T

from lars import Lars
from network import network, nt_xent
from worker import Work, ready_views, serve

PREFETCH = 2  # the loader's default, batches a worker


def transform(workload):
    a, side, grey = workload["augment"], workload["side"], workload["channels"] == 1
    s = a["strength"]
    jitter = T.ColorJitter(0.8 * s, 0.8 * s) if grey else T.ColorJitter(0.8 * s, 0.8 * s, 0.8 * s, 0.2 * s)
    steps = [
        T.RandomResizedCrop(side, scale=a["crop"], interpolation=T.InterpolationMode.BICUBIC),
        T.RandomHorizontalFlip(a["flip"]),
    ]
    if s > 0:
        steps.append(T.RandomApply([jitter], a["distorted"]))
    if a["grayscale"] > 0 and not grey:
        steps.append(T.RandomGrayscale(a["grayscale"]))
    if a["blur"] > 0:
        steps.append(T.RandomApply([T.GaussianBlur(side // 20 * 2 + 1, (0.1, 2.0))], a["blur"]))
    return T.Compose([T.ToPILImage(), *steps, T.ToTensor()])


class Views(torch.utils.data.Dataset):
    def __init__(self, images, view):
        self.images, self.view = images, view

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.view(self.images[i]), self.view(self.images[i])


class Batches:
    """Shuffled batches, as many as are asked for, so that no worker loads while another contender is timed."""

    def __init__(self, images, batch):
        self.images, self.batch, self.count, self.order = images, batch, 0, torch.empty(0, dtype=torch.int64)

    def __iter__(self):
        for _ in range(self.count):
            while len(self.order) < self.batch:
                self.order = torch.cat([self.order, torch.randperm(self.images)])
            yield self.order[: self.batch].tolist()
            self.order = self.order[self.batch :]


def loaded(work):
    workers = work.workload["threads"]
    images = work.read("images")["images"]
    sampler = Batches(len(images), work.workload["batch"])
    loader = torch.utils.data.DataLoader(
        Views(images, transform(work.workload)),
        batch_sampler=sampler,
        num_workers=workers,
        prefetch_factor=PREFETCH,
        persistent_workers=True,
        pin_memory=work.device.type == "cuda",
    )

    def batches(count):
        # The workers keep loading to the last step that is timed, as they would in a training that goes on.
        sampler.count = count + workers * PREFETCH
        for first, second in loader:
            yield torch.cat([first.to(work.device, non_blocking=True), second.to(work.device, non_blocking=True)])

    return batches


def main():
    work = Work()
    w = work.workload
    model = network(w, work.read("weights")).to(work.device)
    optimizer = Lars((p for p in model.parameters() if p.requires_grad), w["rate"], w["momentum"], w["trust"], w["weight_decay"])

    def step(views):
        optimizer.zero_grad()
        loss = nt_xent(model(views), w["temperature"], w["loss_factor"])
        loss.backward()
        optimizer.step()
        return loss.detach() / w["loss_factor"]

    serve(work, step, ready_views(work) if work.measure == "step" else loaded(work))


if __name__ == "__main__":
    main()
