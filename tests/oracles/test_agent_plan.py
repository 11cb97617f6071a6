"""agent/plan against all orders there are, and against reachability by Warshall's algorithm."""

import itertools

import pytest

from tests.support import cases, module, reference


def reach(steps):
    """reach[i][j]: whether step i needs step j, directly or not."""
    n = len(steps)
    ids = [step["id"] for step in steps]
    table = [[ids[j] in steps[i]["needs"] for j in range(n)] for i in range(n)]
    for k, i, j in itertools.product(range(n), repeat=3):
        table[i][j] = table[i][j] or (table[i][k] and table[k][j])
    return table


def first_order(count, before):
    """Of all orders in which nothing comes before what it needs, the first by places."""
    for order in itertools.permutations(range(count)):  # from the first to the last
        seen = set()
        for i in order:
            if not before[i] <= seen:
                break
            seen.add(i)
        else:
            return order
    return None


def expected(steps, perform):
    """The calls and the result, from the definitions."""
    n, table = len(steps), reach(steps)
    before = [{j for j in range(n) if table[i][j]} for i in range(n)]
    fails = set()
    for i, step in enumerate(steps):
        if isinstance(step["task"], dict) and "raise" in step["task"]:
            fails.add(i)
    skipped = {i for i in range(n) if before[i] & fails}
    fails -= skipped
    # Steps that are skipped do not run; the order of the others is the first that is legal.
    running = [i for i in range(n) if i not in skipped]
    at = {i: k for k, i in enumerate(running)}
    order = first_order(len(running), [{at[j] for j in before[i]} for i in running])
    calls, results, errors = [], {}, {}
    for k in order:
        step = steps[running[k]]
        inputs = {need: results[need] for need in step["needs"]}
        calls.append((step["task"], inputs))
        try:
            results[step["id"]] = perform(step["task"], inputs)
        except Exception as error:
            errors[step["id"]] = type(error).__name__ + ": " + str(error)
    became = {}
    for i, step in enumerate(steps):
        if i in skipped:
            because = sorted(steps[j]["id"] for j in before[i] & fails)
            became[step["id"]] = {"status": "skipped", "because": because}
        elif i in fails:
            became[step["id"]] = {"status": "failed", "error": errors[step["id"]]}
        else:
            became[step["id"]] = {"status": "done", "result": results[step["id"]]}
    return calls, became


def test_calls_and_results_follow_from_the_definitions():
    page, solve = module("agent/plan"), reference("agent/plan")
    for case in cases("agent/plan"):
        calls = []

        def execute(task, inputs, calls=calls):
            calls.append((task, inputs))
            return page.perform(task, inputs)

        became = solve(case["steps"], execute)
        want_calls, want = expected(case["steps"], page.perform)
        assert calls == want_calls
        assert became == want
        assert list(became) == [step["id"] for step in case["steps"]]


def test_a_plan_is_refused_where_it_is_bad_and_only_there():
    solve, ran = reference("agent/plan"), []
    ids = "ab"
    needs = ["", "a", "b", "ab", "c", "aa", "c c"]
    for names in (("a", "b"), ("a", "a"), ("b", "c")):
        for wanted in itertools.product(needs, repeat=2):
            pairs = zip(names, wanted, strict=True)
            steps = [{"id": i, "needs": list(w.replace(" ", "")), "task": i} for i, w in pairs]
            known = all(n in names for step in steps for n in step["needs"])
            good = len(set(names)) == 2 and known
            good = good and not any(reach(steps)[i][i] for i in range(2))
            if good:
                assert set(solve(steps, lambda task, inputs: task)) == set(names)
            else:
                with pytest.raises(ValueError, match=r"same id|no such step|circle"):
                    solve(steps, lambda task, inputs: ran.append(task))
    assert not ran, ids


def test_the_bad_plans_of_the_law_are_bad_for_one_reason_each_or_more():
    for case in cases("agent/plan", "a_bad_plan_raises_before_anything_runs"):
        steps = case["steps"]
        ids = [step["id"] for step in steps]
        equal = len(set(ids)) < len(ids)
        unknown = any(need not in ids for step in steps for need in step["needs"])
        circle = any(reach(steps)[i][i] for i in range(len(steps)))
        assert equal + unknown + circle == 1


def test_a_chain_of_ten_thousand_runs():
    steps = [{"id": f"s{i}", "needs": [f"s{i - 1}"] * (i > 0), "task": i} for i in range(10_000)]
    became = reference("agent/plan")(steps, lambda task, inputs: sum(inputs.values()) + 1)
    assert became["s9999"] == {"status": "done", "result": 10_000}
