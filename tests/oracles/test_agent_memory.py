"""agent/memory against the whole history: nothing is stored but what happened, and when."""

import math

import pytest
import torch

from tests.support import cases, module, reference


class History:
    """Answers every question from the list of all that happened."""

    def __init__(self, vectors, half_life, weights):
        self.vectors, self.half_life, self.weights = vectors, half_life, weights
        self.events = []  # (time, id, importance or None)
        self.texts = []  # by id
        self.gone = set()

    def living(self):
        return [id for id in range(len(self.texts)) if id not in self.gone]

    def add(self, now, text, importance=0.5):
        if importance < 0 or importance > 1:
            return "raised ValueError"
        form = "".join(c if not c.isspace() else " " for c in text.lower())
        while "  " in form:
            form = form.replace("  ", " ")
        found = [id for id in self.living() if self.texts[id] == form]
        if not found:
            found = [len(self.texts)]
            self.texts.append(form)
        self.events.append((now, found[0], importance))
        return found[0]

    def score(self, now, query, id):
        a, b = self.vectors[query.lower()], self.vectors[self.texts[id]]
        size = math.hypot(*a) * math.hypot(*b)
        last = [at for at, who, _ in self.events if who == id][-1]
        best = max(i for _, who, i in self.events if who == id and i is not None)
        relevance = sum(x * y for x, y in zip(a, b, strict=True)) / size if size else 0.0
        parts = (relevance, math.exp2((last - now) / self.half_life), best)
        return sum(w * part for w, part in zip(self.weights, parts, strict=True))

    def recall(self, now, query, k):
        scores = {id: round(self.score(now, query, id), 11) for id in self.living()}
        best = sorted(sorted(scores), key=scores.get, reverse=True)[:k]
        self.events += [(now, id, None) for id in best]
        return best

    def forget(self, now, id):
        if id not in self.living():
            return "raised KeyError"
        self.gone.add(id)
        return None


def test_every_life_agrees_with_its_history():
    live = module("agent/memory").live.function
    for case in cases("agent/memory"):
        weights = case.get("weights", (1.0, 1.0, 1.0))
        history = History(case["vectors"], case["half_life"], weights)
        want = [getattr(history, method)(at, *rest) for at, method, *rest in case["steps"]]
        options = {"weights": weights}
        dtype = getattr(torch, case["dtype"])
        inputs = (case["vectors"], case["half_life"], case["steps"], options, dtype)
        told, changed = live(reference("agent/memory"), *inputs)
        assert [result for result, _ in told] == want, case
        assert changed == []


def test_the_example_of_the_statement():
    vectors = {"likes tea": [1.0, 0.0], "has a cat": [0.0, 1.0]}
    vectors |= {"pets": [0.0, 0.8], "drinks": [0.9, 0.0]}
    now = [0.0]
    make = reference("agent/memory")
    memory = make(lambda text: torch.tensor(vectors[text.lower()]), lambda: now[0], 10)
    got = []
    for at, method, *rest in [
        (0, "add", "Likes tea"),
        (10, "add", "Has a cat"),
        (20, "recall", "pets", 1),
        (30, "recall", "drinks", 2),
        (30, "add", "likes  TEA"),
    ]:
        now[0] = at
        got.append(getattr(memory, method)(*rest))
    assert got == [0, 1, [1], [0, 1], 0]


def test_errors():
    make = reference("agent/memory")
    with pytest.raises(ValueError):
        make(None, None, 0)
    with pytest.raises(ValueError):
        make(None, None, 1).add("x", 1.01)
    with pytest.raises(KeyError):
        make(None, None, 1).forget(0)
