"""Removes what can run until nothing is left; a generator picks the next; failures spread at the end."""


def run_plan(steps, execute):
    table = {}
    for step in steps:
        if table.setdefault(step["id"], step) is not step:
            raise ValueError("duplicate " + step["id"])
    for step in steps:
        for need in step["needs"]:
            if need not in table:
                raise ValueError("unknown need " + need)
    waiting = dict.fromkeys(table)
    while waiting:
        before = len(waiting)
        for i in list(waiting):
            if waiting.keys().isdisjoint(table[i]["needs"]):
                del waiting[i]
        if len(waiting) == before:
            raise ValueError("cycle among " + ", ".join(waiting))

    results, errors, ran = {}, {}, set()

    def ready(step):
        return step["id"] not in ran and all(need in results for need in step["needs"])

    def runnable():
        while (step := next(filter(ready, steps), None)) is not None:
            yield step

    for step in runnable():
        ran.add(step["id"])
        inputs = {}
        for need in step["needs"]:
            inputs[need] = results[need]
        try:
            results[step["id"]] = execute(step["task"], inputs)
        except Exception as error:
            errors[step["id"]] = f"{type(error).__qualname__}: {error!s}"
    behind = {i: {i} for i in errors}
    grew = True
    while grew:
        grew = False
        for i, step in table.items():
            if i in results or i in errors:
                continue
            mine = set().union(*(behind.get(n, set()) for n in step["needs"]))
            if mine != behind.get(i, set()):
                behind[i] = mine
                grew = True
    answer = {}
    for i in table:
        if i in results:
            answer[i] = dict(status="done", result=results[i])
        elif i in errors:
            answer[i] = dict(status="failed", error=errors[i])
        else:
            answer[i] = dict(status="skipped", because=sorted(behind[i]))
    return answer
