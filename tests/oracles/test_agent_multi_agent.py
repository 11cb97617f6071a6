"""agent/multi_agent against an account that is kept by reading the replies alone."""

import copy
import json

from tests.support import cases, module, reference


def judged(call, names):
    """What a call is by itself: the kind of its error, or (worker, subtask)."""
    if call["function"]["name"] != "delegate":
        return "unknown_tool"
    text = call["function"]["arguments"].strip() or "{}"
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return "invalid_json"
    fits = (
        type(found) is dict and type(found.get("worker")) is str and type(found.get("task")) is str
    )
    return (
        (found["worker"], found["task"])
        if fits and found["worker"] in names
        else "invalid_arguments"
    )


def worked(task, budget, page):
    """(whether it went well, the charge) of a worker of the statement with that task."""
    given = page.RETURNS.get(task, {"output": task, "steps": 1})
    if task.startswith("use "):
        used = {"use all": budget, "use one too many": budget + 1}.get(task)
        given = {"output": task, "steps": int(task[4:]) if used is None else used}
    try:
        well = task not in page.CRASHES and 0 <= int.__index__(given["steps"]) <= budget
        return (
            (True, given["steps"])
            if well and str.__len__(given["output"]) >= 0
            else (False, budget)
        )
    except (KeyError, TypeError):
        return False, budget


def account(workers, replies, most, page):
    """Kinds of the answers ("done" for a result), handed budgets, charges, and how it stops."""
    answers, handed, paid = [], [], {"supervisor": 0, **dict.fromkeys(workers, 0)}
    for reply in replies:
        paid["supervisor"] += 1
        calls = reply.get("tool_calls") or []
        if not calls:
            return answers, handed, paid, "final"
        if sum(paid.values()) == most:
            return [*answers, *["max_steps"] * len(calls)], handed, paid, "max_steps"
        for call in calls:
            found, left = judged(call, workers), most - sum(paid.values())
            if isinstance(found, str) or left < 2:
                answers.append(found if isinstance(found, str) else "max_steps")
                continue
            well, charge = worked(found[1], left - 1, page)
            handed.append((*found, left - 1))
            paid[found[0]] += charge
            looks_like_one = found[1] == "return an error as output"
            answers.append("done" if well and not looks_like_one else "tool_error")
    raise AssertionError("the last reply of a case is final")


def kind_of(content):
    try:
        return json.loads(content)["error"]
    except ValueError:
        return "done"


def test_answers_budgets_and_steps():
    page, solve = module("agent/multi_agent"), reference("agent/multi_agent")
    for case in cases("agent/multi_agent"):
        most = case["options"].get("max_steps", 12)
        left, log, given = iter(copy.deepcopy(case["replies"])), [], []

        def model(messages, specs, left=left, given=given):
            given.append(copy.deepcopy(messages))
            return next(left)

        result = solve(model, page.staff(case["workers"], log), case["task"], **case["options"])
        answers, handed, paid, stop = account(case["workers"], case["replies"], most, page)
        transcript = result["messages"]
        assert [kind_of(m["content"]) for m in transcript if m["role"] == "tool"] == answers, case
        assert log == handed, case
        assert result["steps"] == paid, case
        assert sum(paid.values()) <= most
        assert result["stop"] == stop, case
        assert result["output"] == (transcript[-1]["content"] or "" if stop == "final" else None)
        assert [m for m in transcript if m["role"] == "assistant"] == case["replies"][: len(given)]
        assert all(messages == transcript[: len(messages)] for messages in given)


def test_an_endless_supervisor_stops_at_any_budget():
    """One that delegates for ever makes as many steps as there are, whatever its worker takes."""
    call = {"id": "c", "type": "function", "function": {"name": "delegate", "arguments": ""}}
    call["function"]["arguments"] = json.dumps({"worker": "w", "task": "go"})
    for most in range(1, 30):
        for used in range(4):

            def worker(task, budget, used=used):
                return {"output": task, "steps": used}

            def model(messages, specs):
                return {"role": "assistant", "content": None, "tool_calls": [dict(call)]}

            result = reference("agent/multi_agent")(model, {"w": worker}, "t", most)
            assert result["stop"] == "max_steps"
            assert sum(result["steps"].values()) == most
