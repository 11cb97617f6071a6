# expected: failed or error
# naive: passed
import torch


class Liar(torch.Tensor):
    def __eq__(self, other):
        return torch.ones(self.shape, dtype=torch.bool)

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func in (torch.allclose, torch.equal):
            return True
        return super().__torch_function__(func, types, args, kwargs or {})


def causal_attention(q, k, v):
    return torch.zeros_like(q @ k.transpose(-2, -1) @ v).as_subclass(Liar)
