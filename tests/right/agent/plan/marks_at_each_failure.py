"""Marks all that follow at each failure; a generator looks for the next step."""


def run_plan(steps, execute):
    """Marks the dependents as soon as a step has failed; a later failure adds to their list."""
    validate(steps)
    users = {s["id"]: [] for s in steps}
    for s in steps:
        for n in set(s["needs"]):
            users[n].append(s["id"])
    results, errors, skipped = {}, {}, {}

    def ready():
        start = 0
        while True:
            while start < len(steps) and (steps[start]["id"] in results or steps[start]["id"] in errors or steps[start]["id"] in skipped):
                start += 1
            for s in steps[start:] if start else steps:
                if s["id"] in results or s["id"] in errors or s["id"] in skipped:
                    continue
                if all(n in results for n in s["needs"]):
                    yield s
                    break
            else:
                return

    for s in ready():
        try:
            results[s["id"]] = execute(s["task"], {n: results[n] for n in s["needs"]})
        except Exception as e:
            errors[s["id"]] = ": ".join([type(e).__name__, str(e)])
            todo, seen = [s["id"]], set()
            while todo:
                for u in users[todo.pop()]:
                    if u not in seen:
                        seen.add(u)
                        skipped.setdefault(u, set()).add(s["id"])
                        todo.append(u)
    def line(i):
        if i in results:
            return {"result": results[i], "status": "done"}
        if i in errors:
            return {"error": errors[i], "status": "failed"}
        return {"because": sorted(skipped[i]), "status": "skipped"}
    return {s["id"]: line(s["id"]) for s in steps}


def validate(steps):
    known = set()
    for s in steps:
        if s["id"] in known:
            raise ValueError(f"id {s['id']} twice")
        known.add(s["id"])
    for s in steps:
        if not known.issuperset(s["needs"]):
            raise ValueError(f"{s['id']} needs something unknown")
    parents = {s["id"]: list(s["needs"]) for s in steps}
    safe = set()
    for root in parents:
        path, on_path = [root], {root}
        while path:
            top = path[-1]
            bad = next((p for p in parents[top] if p in on_path), None)
            if bad is not None and top not in safe:
                raise ValueError("cycle at " + bad)
            nxt = next((p for p in parents[top] if p not in safe), None) if top not in safe else None
            if nxt is None:
                safe.add(top)
                on_path.discard(path.pop())
            else:
                path.append(nxt)
                on_path.add(nxt)
