"""The width of the one-hot rows is guessed from the largest target."""

import torch.nn.functional as F


def cross_entropy_backward(logits, targets):
    return (logits.softmax(-1) - F.one_hot(targets)) / logits.shape[0]
