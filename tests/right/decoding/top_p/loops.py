"""Row by row in plain Python floats."""

import math


def top_p_filter(logits, p):
    if p <= 0 or p > 1:
        raise ValueError("p")
    out = logits.clone()
    if p == 1:
        return out
    flat = out.reshape(-1, logits.shape[-1])
    for n in range(flat.shape[0]):
        values = flat[n].tolist()
        top = max(values)
        weights = [math.exp(v - top) for v in values]
        z = sum(weights)
        total, keep = 0.0, []
        for i in sorted(range(len(values)), key=lambda i: -weights[i]):
            keep.append(i)
            total += weights[i] / z
            if total >= p:
                break
        for i in range(len(values)):
            if i not in keep and weights:
                values[i] = -math.inf
        flat[n] = flat.new_tensor(values)
    return flat.reshape(logits.shape)
