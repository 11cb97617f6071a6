"""rag/bm25 against the formula written out over whole documents, in decimal numbers."""

import itertools
from decimal import Decimal, getcontext

import pytest

from tests.support import cases, module, reference

getcontext().prec = 40


def exact_score(docs, query, i, k1=1.2, b=0.75):
    """The sum of the statement, every count taken afresh from the documents."""
    k1, b, total = Decimal(str(k1)), Decimal(str(b)), Decimal(0)
    for term in query:
        f = sum(1 for other in docs[i] if other == term)
        if f:
            holders = sum(1 for doc in docs if term in doc)
            odds = (Decimal(len(docs) - holders) + Decimal("0.5")) / (holders + Decimal("0.5"))
            length = Decimal(len(docs[i]) * len(docs)) / sum(map(len, docs))
            total += (1 + odds).ln() * f * (k1 + 1) / (f + k1 * (1 - b + b * length))
    return total


def exact_search(docs, query, k, **settings):
    pairs = [(i, exact_score(docs, query, i, **settings)) for i in range(len(docs))]
    found = [pair for pair in pairs if set(docs[pair[0]]) & set(query)]
    found.sort(key=lambda pair: round(pair[1], 20), reverse=True)  # stable: ties by index
    return found[:k]


def split(docs, query, k, **settings):
    return docs, query, k, settings


def test_scores_and_rankings_agree_with_the_formula():
    for case in cases("rag/bm25"):
        docs, query, k, settings = split(**case)
        index = reference("rag/bm25")(docs, **settings)
        want = [float(exact_score(docs, query, i, **settings)) for i in range(len(docs))]
        assert [index.score(query, i) for i in range(len(docs))] == pytest.approx(want)
        want = exact_search(docs, query, k, **settings)
        got = index.search(query, k)
        assert [i for i, _ in got] == [i for i, _ in want]
        assert [s for _, s in got] == pytest.approx([float(s) for _, s in want])


def test_no_case_depends_on_the_order_of_a_sum():
    """Documents that are not surely tied have scores that are well apart."""
    close = module("rag/bm25").exactly_tied
    for case in cases("rag/bm25"):
        docs, query, _, settings = split(**case)
        scores = [float(exact_score(docs, query, i, **settings)) for i in range(len(docs))]
        flat = settings.get("k1", 1) * settings.get("b", 1) == 0
        for i, j in itertools.combinations(range(len(docs)), 2):
            if scores[i] > 0 and abs(scores[i] - scores[j]) < 1e-6:
                assert close(docs[i], docs[j], query, flat), case


def test_the_example_of_the_statement():
    index = reference("rag/bm25")([["cat", "sat"], ["cat", "cat"], ["dog", "ran"]])
    assert index.search(["cat"], 5) == [
        (1, pytest.approx(0.646, abs=5e-4)),
        (0, pytest.approx(0.470, abs=5e-4)),
    ]


def test_a_part_stays_below_its_limit_and_grows_with_the_count():
    index = reference("rag/bm25")([["cat"] * n + ["x"] * (20 - n) for n in range(1, 20)])
    scores = [index.score(["cat"], i) for i in range(19)]
    assert scores == sorted(scores)
    assert 0 < scores[-1] < 2.2 * float((1 + Decimal("0.5") / Decimal("19.5")).ln())
