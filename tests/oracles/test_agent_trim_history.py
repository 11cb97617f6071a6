"""agent/trim_history against a search: of all lists that the rules allow the longest that fits."""

import random

import pytest

from tests.support import cases, module, reference


def allowed(messages, keep):
    """Whether the rules allow keeping just these places, budget apart."""
    roles = [message["role"] for message in messages]
    n = len(roles)
    users = [i for i in range(n) if roles[i] == "user"]
    question = users[-1] if users else -1
    leading = [i for i in range(n) if set(roles[: i + 1]) == {"system"}]
    free = [i for i in range(n) if i not in leading and i != question]
    if not set(leading) | set(users[-1:]) <= keep:
        return False
    # Nothing is kept that is older than something dropped.
    dropped = [i for i in free if i not in keep]
    if dropped and any(i < max(dropped) for i in free if i in keep):
        return False
    # No block is divided: a tool message goes with the message before it.
    if any((i in keep) != (i - 1 in keep) for i in range(n) if roles[i] == "tool"):
        return False
    # No older turn is divided: what is no user message goes with what stands before it.
    older = [i for i in free if i < question]
    return all((i in keep) == (i - 1 in keep) for i in older[1:] if roles[i] != "user")


def best(messages, budget, costs):
    """The longest allowed list within the budget, None where there is none."""
    n = len(messages)
    found = None
    for start in range(n + 1):  # a kept list is a suffix and what is pinned
        for pinned in (set(range(k)) for k in range(n + 1)):
            for question in range(-1, n):
                keep = set(range(start, n)) | pinned | ({question} - {-1})
                fits = sum(costs[i] for i in keep) <= budget and allowed(messages, keep)
                if fits and (found is None or len(keep) > len(found)):
                    found = keep
    return None if found is None else [messages[i] for i in sorted(found)]


def test_the_reference_keeps_the_longest_allowed_list():
    page, solve = module("agent/trim_history"), reference("agent/trim_history")
    for case in cases("agent/trim_history"):
        messages, budget = case["messages"], case["budget"]
        got = solve(messages, budget, page.cost)
        want = best(messages, budget, list(map(page.cost, messages)))
        assert [id(message) for message in got] == [id(message) for message in want]


def test_it_agrees_on_random_conversations_and_raises_where_nothing_is_allowed():
    page, solve = module("agent/trim_history"), reference("agent/trim_history")
    dice = random.Random(0)
    raised = 0
    for _ in range(250):
        words = ["S1"] * dice.randint(0, 2)
        for _ in range(dice.randint(0, 6)):
            kind = dice.choice("UUACSTN")
            more = [dice.randint(0, 3) for _ in range(dice.randint(1, 3))] if kind in "CT" else []
            words.append(kind + ",".join(map(str, [dice.randint(0, 3), *more])))
        messages = page.conversation(" ".join(words), dice.choice(["fresh", "restart", "same"]))
        budget = dice.randint(0, 12)
        want = best(messages, budget, list(map(page.cost, messages)))
        if want is None:
            raised += 1
            with pytest.raises(ValueError, match="budget"):
                solve(messages, budget, page.cost)
        else:
            assert list(map(id, solve(messages, budget, page.cost))) == list(map(id, want))
    assert raised > 20


def test_the_error_cases_of_the_law_hold_too_much():
    page, solve = module("agent/trim_history"), reference("agent/trim_history")
    law = "pinned_messages_that_exceed_the_budget_raise_value_error"
    for case in cases("agent/trim_history", law):
        costs = list(map(page.cost, case["messages"]))
        assert best(case["messages"], case["budget"], costs) is None
        with pytest.raises(ValueError, match="budget"):
            solve(case["messages"], case["budget"], page.cost)


def test_the_statement_s_example():
    page, solve = module("agent/trim_history"), reference("agent/trim_history")
    messages = page.conversation("S2 U3 C2,4 A1 U2 C2,3")
    for budget, kept in ((8, "05"), (9, "0567"), (18, "0567"), (19, "01234567")):
        got = solve(messages, budget, page.cost)
        assert got == [messages[int(i)] for i in kept]
