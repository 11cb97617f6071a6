"""Gives the failed steps in the order of the list."""


def run_plan(steps, execute):
    ids = [s["id"] for s in steps]
    if len(ids) != len(set(ids)):
        raise ValueError("duplicate id")
    for s in steps:
        if not set(s["needs"]) <= set(ids):
            raise ValueError("unknown need in " + s["id"])
    seen = set()
    changed = True
    while changed:
        changed = False
        for s in steps:
            if s["id"] not in seen and seen.issuperset(s["needs"]):
                seen.add(s["id"])
                changed = True
    if len(seen) < len(steps):
        raise ValueError("cycle")
    done, failed = {}, {}
    while True:
        for s in steps:
            i = s["id"]
            if i not in done and i not in failed and all(n in done for n in s["needs"]):
                break
        else:
            break
        try:
            done[i] = execute(s["task"], {n: done[n] for n in s["needs"]})
        except Exception as e:
            failed[i] = f"{type(e).__name__}: {e}"
    needs = {s["id"]: s["needs"] for s in steps}

    def culprits(i):
        found, todo, met = set(), list(needs[i]), set()
        while todo:
            n = todo.pop()
            if n in met:
                continue
            met.add(n)
            if n in failed:
                found.add(n)
            todo.extend(needs[n])
        return [j for j in ids if j in found]

    out = {}
    for i in ids:
        if i in done:
            out[i] = {"status": "done", "result": done[i]}
        elif i in failed:
            out[i] = {"status": "failed", "error": failed[i]}
        else:
            out[i] = {"status": "skipped", "because": culprits(i)}
    return out
