"""A running mean, token by token, in Python numbers."""

import math

import torch


def evaluate(model, batches, ignore_index=-100):
    modes = {name: module.training for name, module in model.named_modules()}
    was = torch.is_grad_enabled()
    mean, seen = 0.0, 0
    torch.set_grad_enabled(False)
    try:
        for _, module in model.named_modules():
            module.training = False
        for inputs, targets in batches:
            logits = model(inputs)
            for row, labels in zip(logits.tolist(), targets.tolist()):
                for scores, label in zip(row, labels):
                    if label == ignore_index:
                        continue
                    top = max(scores)
                    norm = top + math.log(sum(math.exp(s - top) for s in scores))
                    seen += 1
                    mean += (norm - scores[label] - mean) / seen
    except BaseException:
        raise
    finally:
        torch.set_grad_enabled(was)
        for name, module in model.named_modules():
            module.training = modes[name]
    if seen == 0:
        mean = math.nan
    perplexity = math.inf if mean > 709.5 else math.exp(mean)
    return {"loss": mean, "perplexity": perplexity, "tokens": seen}
