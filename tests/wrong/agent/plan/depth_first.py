"""Runs the needs of the first step first, and so on: another order than the rule names."""

from graphlib import CycleError, TopologicalSorter


def run_plan(steps, execute):
    by_id = {s["id"]: s for s in steps}
    if len(by_id) != len(steps):
        raise ValueError("duplicate")
    if any(n not in by_id for s in steps for n in s["needs"]):
        raise ValueError("unknown need")
    try:
        TopologicalSorter({s["id"]: s["needs"] for s in steps}).prepare()
    except CycleError as e:
        raise ValueError("cycle") from e
    out, order = {}, []
    for s in steps:
        stack = [(s["id"], iter(s["needs"]))]
        while stack:
            i, it = stack[-1]
            nxt = next((n for n in it if n not in order), None)
            if nxt is None:
                stack.pop()
                if i not in order:
                    order.append(i)
            else:
                stack.append((nxt, iter(by_id[nxt]["needs"])))
    blame = {}
    for i in order:
        s = by_id[i]
        blame[i] = set().union(*(blame[n] for n in s["needs"])) if s["needs"] else set()
        if blame[i]:
            out[i] = {"status": "skipped", "because": sorted(blame[i])}
            continue
        try:
            out[i] = {"status": "done", "result": execute(s["task"], {n: out[n]["result"] for n in s["needs"]})}
        except Exception as e:
            out[i] = {"status": "failed", "error": type(e).__name__ + ": " + str(e)}
            blame[i] = {i}
    return {s["id"]: out[s["id"]] for s in steps}
