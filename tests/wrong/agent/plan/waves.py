"""Runs the plan in waves: all steps that are ready, then looks again."""


def check(steps):
    ids = [s["id"] for s in steps]
    if len(set(ids)) != len(ids):
        raise ValueError("duplicate id")
    for s in steps:
        for n in s["needs"]:
            if n not in ids:
                raise ValueError(f"unknown need {n}")
    left = {s["id"]: set(s["needs"]) for s in steps}
    while left:
        free = [i for i in left if not left[i] & set(left)]
        if not free:
            raise ValueError("cycle")
        for i in free:
            del left[i]


def run_plan(steps, execute):
    check(steps)
    state, results = {}, {}
    todo = list(steps)
    while todo:
        wave = [s for s in todo if all(n in state for n in s["needs"])]
        for s in wave:
            bad = set()
            for n in s["needs"]:
                if state[n]["status"] == "failed":
                    bad.add(n)
                elif state[n]["status"] == "skipped":
                    bad.update(state[n]["because"])
            if bad:
                state[s["id"]] = {"status": "skipped", "because": sorted(bad)}
                continue
            try:
                results[s["id"]] = execute(s["task"], {n: results[n] for n in s["needs"]})
                state[s["id"]] = {"status": "done", "result": results[s["id"]]}
            except Exception as e:
                state[s["id"]] = {"status": "failed", "error": f"{type(e).__name__}: {e}"}
        todo = [s for s in todo if s["id"] not in state]
    return {s["id"]: state[s["id"]] for s in steps}
