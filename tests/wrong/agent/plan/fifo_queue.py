"""Kahn's algorithm with a queue: a step that became ready waits behind the others."""

from collections import deque


def run_plan(steps, execute):
    by_id = {}
    for s in steps:
        if s["id"] in by_id:
            raise ValueError(f"two steps {s['id']}")
        by_id[s["id"]] = s
    missing = [n for s in steps for n in s["needs"] if n not in by_id]
    if missing:
        raise ValueError(f"unknown: {missing}")
    degree = {s["id"]: len(set(s["needs"])) for s in steps}
    after = {s["id"]: [] for s in steps}
    for s in steps:
        for n in set(s["needs"]):
            after[n].append(s["id"])
    queue = deque(i for i in degree if degree[i] == 0)
    order = []
    while queue:
        i = queue.popleft()
        order.append(i)
        for j in after[i]:
            degree[j] -= 1
            if degree[j] == 0:
                queue.append(j)
    if len(order) < len(steps):
        raise ValueError("cycle")
    out, failed = {}, {}
    for i in order:
        needs = by_id[i]["needs"]
        blame = set().union(*[failed.get(n, set()) for n in needs])
        if blame:
            out[i] = {"status": "skipped", "because": sorted(blame)}
            failed[i] = blame
            continue
        try:
            r = execute(by_id[i]["task"], {n: out[n]["result"] for n in needs})
            out[i] = {"status": "done", "result": r}
        except Exception as e:
            out[i] = {"status": "failed", "error": f"{type(e).__name__}: {e}"}
            failed[i] = {i}
    return {s["id"]: out[s["id"]] for s in steps}
