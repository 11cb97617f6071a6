"""Counts of open needs and readiness as arrays of numpy."""

import numpy as np


def run_plan(steps, execute):
    n = len(steps)
    where = {s["id"]: k for k, s in enumerate(steps)}
    if len(where) != n:
        raise ValueError("ids must be unique")
    try:
        parents = [np.unique([where[d] for d in s["needs"]]).astype(int) for s in steps]
    except KeyError as e:
        raise ValueError(f"unknown need {e}") from None
    indeg = np.array([len(p) for p in parents], dtype=int)
    kids = [[] for _ in range(n)]
    for k, p in enumerate(parents):
        for q in p:
            kids[q].append(k)
    deg, todo, count = indeg.copy(), [k for k in range(n) if indeg[k] == 0], 0
    while todo:
        count += 1
        for c in kids[todo.pop()]:
            deg[c] -= 1
            if deg[c] == 0:
                todo.append(c)
    if count != n:
        raise ValueError("cycle")

    ready = indeg == 0
    missing = indeg.copy()
    out = [None] * n
    sick = [set() for _ in range(n)]
    while ready.any():
        k = int(np.argmax(ready))
        ready[k] = False
        if sick[k]:
            out[k] = {"status": "skipped", "because": sorted(sick[k])}
        else:
            try:
                out[k] = {"status": "done", "result": execute(steps[k]["task"], {d: out[where[d]]["result"] for d in steps[k]["needs"]})}
            except Exception as e:
                out[k] = {"status": "failed", "error": f"{e.__class__.__name__}: {e!s}"}
                sick[k] = {steps[k]["id"]}
        for c in kids[k]:
            sick[c] |= sick[k]
            missing[c] -= 1
            if missing[c] == 0:
                ready[c] = True
    return {s["id"]: o for s, o in zip(steps, out)}
