"""What something costs, measured: for the curves of walkthroughs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def seconds(function: Callable[..., Any], *args: Any, repeat: int = 5, **named: Any) -> float:
    """The shortest of several calls: what it takes where nothing else disturbs it."""
    function(*args, **named)  # the first call pays for what is done once
    taken = []
    for _ in range(repeat):
        began = time.perf_counter()
        function(*args, **named)
        taken.append(time.perf_counter() - began)
    return min(taken)


def largest_tensor(function: Callable[..., Any], *args: Any, **named: Any) -> int:
    """How many numbers the largest tensor holds that a call makes on its way."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    sizes = [0]

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(
            self, operator: Any, _types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            result = operator(*args, **(kwargs or {}))
            made = result if isinstance(result, (tuple, list)) else [result]
            sizes.extend(t.numel() for t in made if isinstance(t, torch.Tensor) and _is_dense(t))
            return result

    with Watch():  # type: ignore[no-untyped-call]
        function(*args, **named)
    return max(sizes)


def _is_dense(tensor: Any) -> bool:
    """Whether a tensor has memory for each of its elements, unlike an expanded one."""
    return bool(tensor.untyped_storage().nbytes() >= tensor.numel() * tensor.element_size())
