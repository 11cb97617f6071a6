"""rag/mmr against plain Python that scores every row against every pick anew."""

import math

import pytest
import torch

from tests.support import cases, reference

ID = "rag/mmr"


def cosine(a, b):
    lengths = math.sqrt(math.fsum(x * x for x in a) * math.fsum(y * y for y in b))
    return math.fsum(x * y for x, y in zip(a, b, strict=True)) / lengths if lengths else 0.0


def wanted(query, rows, k, lam):
    """Rounded to twelve digits equal scores are equal, and sorting keeps the smaller row first."""
    picks = []
    while len(picks) < min(k, len(rows)):

        def score(i):
            if not picks:
                return cosine(query, rows[i])
            alike = sorted(cosine(rows[i], rows[p]) for p in picks)
            return lam * cosine(query, rows[i]) - (1 - lam) * alike[-1]

        left = [i for i in range(len(rows)) if i not in picks]
        picks.append(sorted(left, key=lambda i: round(-score(i), 12))[0])
    return picks


def test_reference_agrees_with_plain_python():
    for case in cases(ID):
        query, rows = case["query"].tolist(), case["candidates"].tolist()
        want = wanted(query, rows, case["k"], case.get("lam", 0.5))
        assert reference(ID)(**case) == want


@pytest.mark.parametrize(("lam", "want"), [(0.5, [2, 3, 0]), (0.75, [2, 0, 1])])
def test_reference_gives_the_statement_s_example(lam, want):
    rows = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 4.0], [4.0, -3.0]])
    assert reference(ID)(torch.tensor([4.0, 3.0]), rows, 3, lam) == want


def test_many_random_rows():
    generator = torch.Generator().manual_seed(0)
    for n in (1, 2, 7, 30):
        query = torch.randn(5, generator=generator).double()
        rows = torch.randn(n, 5, generator=generator).double()
        want = wanted(query.tolist(), rows.tolist(), 12, 0.6)
        assert reference(ID)(query, rows, 12, 0.6) == want
