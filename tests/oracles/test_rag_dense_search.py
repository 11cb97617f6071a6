"""rag/dense_search against plain Python sums, one pair of vectors at a time."""

import math

import torch

from tests.support import cases, module, reference


def similarity(a, b):
    """The cosine of two lists of floats, every sum rounded once."""
    squares = [math.fsum(x * x for x in v) for v in (a, b)]
    if not all(squares):
        return 0.0
    return math.fsum(x * y for x, y in zip(a, b, strict=True)) / math.prod(map(math.sqrt, squares))


def search(query, index, k):
    """Scores and rows of one query: (-score, row) sorted, where equal means within 1e-9."""
    scores = [similarity(query.tolist(), row.tolist()) for row in index]
    order = sorted(range(len(scores)), key=lambda row: (-round(scores[row], 9), row))[:k]
    return [scores[row] for row in order], order


def test_every_case_agrees_with_plain_sums():
    for case in cases("rag/dense_search"):
        query, index, k = case["query"], case["index"], case["k"]
        scores, rows = reference("rag/dense_search")(query, index, k)
        assert scores.dtype == query.dtype and rows.dtype == torch.int64
        wanted = [search(one, index, k) for one in query.reshape(-1, query.shape[-1])]
        shape = (*query.shape[:-1], min(k, len(index)))
        want = torch.tensor([s for s, _ in wanted], dtype=query.dtype).reshape(shape)
        torch.testing.assert_close(scores, want)
        assert torch.equal(rows, torch.tensor([r for _, r in wanted]).long().reshape(shape))


def test_no_place_depends_on_rounding_and_lengths_are_as_stated():
    """A near tie is one of exact vectors, of zero vectors, of doubled ones, or of width 1."""
    page = module("rag/dense_search")
    exact = {tuple(v) for v in page.EXACT.tolist()}
    for case in cases("rag/dense_search"):
        query, index = case["query"].double(), case["index"].double()
        for vector in (*query.reshape(-1, query.shape[-1]), *index):
            assert not vector.any() or 1e-10 <= vector.norm() <= 1e10
        if index.shape[1] == 1 or {tuple(v) for v in index.tolist()} <= exact:
            continue
        for one in query.reshape(-1, query.shape[-1]):
            scores = torch.tensor([similarity(one.tolist(), row.tolist()) for row in index])
            close = ((scores[:, None] - scores).abs() < 5e-4).triu(1)
            for i, j in close.nonzero().tolist():
                doubled = torch.equal(index[i], index[j] * 2) or torch.equal(index[i] * 2, index[j])
                assert not one.any() or doubled or not index[[i, j]].any(), case
