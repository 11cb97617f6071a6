"""Looks for a cycle by recursion to the steps that need a step, which goes as deep as the chain."""


def run_plan(steps, execute):
    table = {s["id"]: s for s in steps}
    if len(table) != len(steps):
        raise ValueError("duplicate id")
    users = {i: [] for i in table}
    for s in steps:
        for n in set(s["needs"]):
            if n not in table:
                raise ValueError(f"unknown need {n!r}")
            users[n].append(s["id"])
    state = {}

    def visit(i):
        state[i] = "open"
        for u in users[i]:
            if state.get(u) == "open":
                raise ValueError("cycle")
            if u not in state:
                visit(u)
        state[i] = "closed"

    for i in table:
        if i not in state:
            visit(i)
    out = {}
    while True:
        for s in steps:
            if s["id"] not in out and all(n in out for n in s["needs"]):
                break
        else:
            return {i: out[i] for i in table}
        blame = set()
        for n in s["needs"]:
            if out[n]["status"] == "failed":
                blame.add(n)
            blame.update(out[n].get("because", ()))
        if blame:
            out[s["id"]] = {"status": "skipped", "because": sorted(blame)}
            continue
        try:
            result = execute(s["task"], {n: out[n]["result"] for n in s["needs"]})
            out[s["id"]] = {"status": "done", "result": result}
        except Exception as e:
            out[s["id"]] = {"status": "failed", "error": f"{type(e).__name__}: {e}"}
