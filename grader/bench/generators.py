"""Generators of random numbers on their way to the learner's code and back: their states."""

from __future__ import annotations

import random
import struct
from typing import Any

import torch

Generator = torch.Generator | random.Random


def told(state: Any) -> list[Any]:
    """A state, ready to be sent: its numbers as one text, which is quick to carry."""
    if isinstance(state, torch.Tensor):
        return [state.numpy().tobytes().hex()]
    version, words, gauss = state
    return [struct.pack(f"<{len(words)}I", *words).hex(), version, gauss]


def heard(tree: list[Any]) -> Any:
    """The state that was sent; raises ValueError where it is none."""
    data = bytes.fromhex(tree[0])
    if len(data) % 4 and len(tree) > 1:
        raise ValueError(f"a state of {len(data)} bytes")
    if len(tree) == 1:
        return torch.frombuffer(bytearray(data), dtype=torch.uint8)
    return tree[1], struct.unpack(f"<{len(data) // 4}I", data), tree[2]


def made(kind: str, tree: list[Any]) -> Generator:
    """A generator in that state."""
    if kind == "random":
        plain = random.Random()
        plain.setstate(heard(tree))
        return plain
    generator = torch.Generator()
    generator.set_state(heard(tree))
    return generator


def state(generator: Generator) -> list[Any]:
    """The state of a generator, ready to be sent."""
    if isinstance(generator, random.Random):
        return told(generator.getstate())
    return told(generator.get_state())
