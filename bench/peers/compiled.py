"""The tuned peer with its network compiled; needs PyTorch 2 and a GPU."""

import tuned

import torch

if __name__ == "__main__":
    tuned.main(prepare=lambda model: torch.compile(model, mode="max-autotune"))
