"""Always returns float64."""

import torch


def cross_entropy_backward(logits, targets):
    one_hot = torch.eye(logits.shape[1], dtype=torch.float64)[targets]
    return (logits.double().softmax(1) - one_hot) / len(targets)
