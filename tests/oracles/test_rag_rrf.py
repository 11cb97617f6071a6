"""rag/rrf against a table of exact fractions, read off document by document."""

import random
from fractions import Fraction

import pytest

from tests.support import cases, module, reference


def by_table(rankings, k=60, weights=None, top_n=None):
    """Each document's score is looked up in all rankings; the rank is how many beat it."""
    weights = weights if weights is not None else [1] * len(rankings)
    docs = list(dict.fromkeys(doc for ranking in rankings for doc in ranking))

    def part(doc, r):
        places = [i + 1 for i, other in enumerate(rankings[r]) if other == doc]
        return Fraction(weights[r]) / (k + min(places)) if places else Fraction(0)

    score = [sum((part(doc, r) for r in range(len(rankings))), Fraction(0)) for doc in docs]

    def beaten_by(i):
        return sum(s > score[i] or (s == score[i] and j < i) for j, s in enumerate(score))

    placed = {beaten_by(i): (docs[i], float(score[i])) for i in range(len(docs))}
    return [placed[place] for place in range(len(docs))][:top_n]


def agree(got, want):
    assert [doc for doc, _ in got] == [doc for doc, _ in want]
    assert [score for _, score in got] == pytest.approx([score for _, score in want], rel=1e-12)
    assert all(type(score) is float for _, score in got)


def test_reference_agrees_with_the_table():
    pool = cases("rag/rrf")
    assert len(pool) > 80
    for case in pool:
        agree(reference("rag/rrf")(**case), by_table(**case))


def test_long_rankings_with_many_ties():
    dice = random.Random(0)
    for _ in range(200):
        rankings = [dice.choices(range(6), k=dice.randrange(12)) for _ in range(dice.randrange(5))]
        for weights in (None, [dice.choice([0, 1, 1, 2]) for _ in rankings]):
            k = dice.choice([0, 1, 60])
            agree(reference("rag/rrf")(rankings, k, weights), by_table(rankings, k, weights))


def test_no_case_depends_on_rounding():
    close = module("rag/rrf").closely_scored
    for case in cases("rag/rrf"):
        weights = case.get("weights") or [1] * len(case["rankings"])
        assert not close(case["rankings"], weights, case.get("k", 60))
    assert close(["abc", "bca", "cab"], [1, 1, 1], 60)
    assert close(["a", "xb"], [1, 2], 0)
    assert not close(["ab", "ba"], [1, 1], 60)


@pytest.mark.parametrize(
    "wrong",
    [([], -1), ([], 60, [1]), ([["a"]], 60, []), ([["a"]], 60, [-1]), ([["a"]], 60, None, 0)],
)
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError):
        reference("rag/rrf")(*wrong)
