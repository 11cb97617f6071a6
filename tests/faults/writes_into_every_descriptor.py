# expected: crashed or failed or timeout
import os
import struct

import torch


def causal_attention(q, k, v):
    text = b'{"ok":true,"id":2,"leaks":[],"rng":[]}'
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack(">II", len(text), 0) + text)
        except OSError:
            pass
    return torch.zeros_like(q @ k.transpose(-2, -1) @ v)
