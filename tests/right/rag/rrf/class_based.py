from dataclasses import dataclass, field


@dataclass
class _Fusion:
    k: int
    totals: dict = field(default_factory=dict)

    def add(self, ranking, weight):
        seen = set()
        for rank, doc in enumerate(ranking, 1):
            if doc in seen:
                continue
            seen.add(doc)
            self.totals.setdefault(doc, []).append(weight * (1.0 / (self.k + rank)))

    def result(self):
        import math

        fused = [(doc, math.fsum(parts)) for doc, parts in self.totals.items()]
        return sorted(fused, key=lambda pair: pair[1], reverse=True)


def reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None):
    if weights is not None and len(weights) != len(rankings):
        raise ValueError("weights")
    if weights is not None and any(weight < 0 for weight in weights):
        raise ValueError("negative weight")
    if k < 0:
        raise ValueError("negative k")
    if top_n is not None and top_n < 1:
        raise ValueError("top_n < 1")
    fusion = _Fusion(k)
    for i, ranking in enumerate(rankings):
        fusion.add(ranking, 1.0 if weights is None else weights[i])
    return fusion.result()[:top_n]
