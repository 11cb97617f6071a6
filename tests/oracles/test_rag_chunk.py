"""rag/chunk against windows thrown out one by one, and the number of spans in closed form."""

import pytest

from tests.support import cases, reference


def by_elimination(n_tokens, size, overlap=0):
    """All windows that hold something, without those inside an earlier one."""
    windows = [range(s, s + size) for s in range(n_tokens) if s % (size - overlap) == 0]
    held = [{position for position in window if position < n_tokens} for window in windows]
    kept = [h for i, h in enumerate(held) if not any(h <= earlier for earlier in held[:i])]
    return [(min(h), max(h) + 1) for h in kept]


def test_reference_agrees_with_elimination():
    solve = reference("rag/chunk")
    assert len(cases("rag/chunk")) > 50
    for case in cases("rag/chunk"):
        if case["n_tokens"] <= 100:
            assert solve(**case) == by_elimination(**case)
    for n in range(26):
        for size in range(1, 9):
            for overlap in range(size):
                assert solve(n, size, overlap) == by_elimination(n, size, overlap)


def test_the_number_of_spans():
    solve = reference("rag/chunk")
    for n in range(1, 60):
        for size, overlap in ((1, 0), (7, 0), (7, 1), (7, 6), (30, 4), (59, 1)):
            count = 1 if n <= size else -((size - n) // (size - overlap)) + 1
            assert len(solve(n, size, overlap)) == count


def test_no_overlap_is_a_partition():
    spans = reference("rag/chunk")(1000, 64)
    assert [position for span in spans for position in range(*span)] == list(range(1000))


@pytest.mark.parametrize("wrong", [(-1, 3, 0), (5, 0, 0), (5, 3, -1), (5, 3, 3), (0, 3, 4)])
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError):
        reference("rag/chunk")(*wrong)
