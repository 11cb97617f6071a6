"""Takes a StopIteration of execute for the end of its own search."""


def _check(steps):
    ids = [step["id"] for step in steps]
    if len(ids) != len(set(ids)):
        raise ValueError("duplicate step id")
    known = set(ids)
    for step in steps:
        for need in step["needs"]:
            if need not in known:
                raise ValueError(f"{step['id']} needs unknown step {need}")
    waiting = {step["id"]: set(step["needs"]) for step in steps}
    users = {i: [] for i in ids}
    for i, needs in waiting.items():
        for need in needs:
            users[need].append(i)
    free = [i for i, needs in waiting.items() if not needs]
    seen = 0
    while free:
        i = free.pop()
        seen += 1
        for user in users[i]:
            waiting[user].discard(i)
            if not waiting[user]:
                free.append(user)
    if seen != len(steps):
        raise ValueError("the plan has a cycle")


def run_plan(steps, execute):
    _check(steps)
    results = {}
    failed = {}
    roots = {}  # id -> set of failed ancestors
    pending = list(steps)
    while True:
        try:
            ready = next(s for s in pending if all(n in results for n in s["needs"]))
            pending.remove(ready)
            inputs = {need: results[need] for need in ready["needs"]}
            results[ready["id"]] = execute(ready["task"], inputs)
        except StopIteration:
            break
        except Exception as e:
            failed[ready["id"]] = f"{type(e).__name__}: {e}"
    by_id = {step["id"]: step for step in steps}
    out = {}
    for step in steps:
        i = step["id"]
        if i in results:
            out[i] = {"status": "done", "result": results[i]}
        elif i in failed:
            out[i] = {"status": "failed", "error": failed[i]}
        else:
            because, stack, seen = set(), list(step["needs"]), set()
            while stack:
                n = stack.pop()
                if n in seen:
                    continue
                seen.add(n)
                if n in failed:
                    because.add(n)
                stack.extend(by_id[n]["needs"])
            out[i] = {"status": "skipped", "because": sorted(because)}
    return out
