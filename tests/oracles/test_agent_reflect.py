"""agent/reflect against a look at the whole table of rounds, in which no loop runs."""

import itertools

import pytest

from tests.support import cases, module, reference

TASK = "Name a tea."


def by_table(rounds, max_rounds=3, patience=1, one_dict=False, task="Name a tea."):
    """The first round that ends it, and by which rule; then the output is looked up."""
    table = rounds[:max_rounds]
    scores = [score for _, score, _, _ in table]
    rises = [i for i, score in enumerate(scores) if score > max(scores[:i], default=-1e9)]
    content = [i for i, (_, _, ok, _) in enumerate(table) if ok]
    tired = [
        i for i in range(len(table)) if i - max(rise for rise in rises if rise <= i) >= patience
    ]
    ends = [*((i, 0, "ok") for i in content[:1]), *((i, 1, "no_progress") for i in tired[:1])]
    last, _, stop = min([*ends, (max_rounds - 1, 2, "max_rounds")])
    chosen = last if stop == "ok" else max(range(last + 1), key=lambda i: (scores[i], -i))
    result = {"output": table[chosen][0], "score": scores[chosen], "rounds": last + 1, "stop": stop}
    before = [(None, 0, False, None), *table]
    calls = []
    for i in range(last + 1):
        calls.append(f"generate({task!r}, {before[i][0]!r}, {before[i][3]!r})")
        calls.append(f"critique({task!r}, {table[i][0]!r})")
    return result, calls


def played(case):
    limits = {name: case[name] for name in ("max_rounds", "patience") if name in case}
    talk = module("agent/reflect").Talk(case["rounds"], case.get("one_dict", False))
    answers = []

    def critique(task, draft):
        answers.append(talk.critique(task, draft))
        return answers[-1]

    task = case.get("task", "Name a tea.")
    result = reference("agent/reflect")(task, talk.generate, critique, **limits)
    assert not case.get("one_dict") or all(answer is answers[0] for answer in answers)
    return result, talk.calls


def test_reference_agrees_with_the_table():
    pool = cases("agent/reflect")
    assert len(pool) > 80
    for case in pool:
        assert played(case) == by_table(**case)


def test_all_short_tables():
    for scores in itertools.product((0.0, 0.5, 1.0), repeat=4):
        for ok, patience in itertools.product(range(5), (1, 2, 3)):
            rounds = [(f"d{i}", s, i == ok, f"f{i}") for i, s in enumerate(scores)]
            case = {"rounds": rounds, "max_rounds": 4, "patience": patience}
            assert played(case) == by_table(**case)


@pytest.mark.parametrize("limits", [(0, 1), (1, 0), (-1, 2), (3, -1)])
def test_limits_below_one(limits):
    with pytest.raises(ValueError):
        reference("agent/reflect")("Name a tea.", None, None, *limits)
