"""graphlib finds the cycle; a sorted list of ready places keeps the order of the rule."""

from bisect import insort
from collections import Counter
from graphlib import CycleError, TopologicalSorter


def run_plan(steps, execute):
    twice = [name for name, n in Counter(step["id"] for step in steps).items() if n > 1]
    if twice:
        raise ValueError(f"ids given twice: {twice}")
    place = {step["id"]: at for at, step in enumerate(steps)}
    strangers = {need for step in steps for need in step["needs"]} - place.keys()
    if strangers:
        raise ValueError(f"unknown needs: {sorted(strangers)}")
    sorter = TopologicalSorter({step["id"]: step["needs"] for step in steps})
    try:
        sorter.prepare()
    except CycleError as cycle:
        raise ValueError("cycle") from cycle

    report = {step["id"]: {"status": "skipped", "because": set()} for step in steps}
    ready = sorted(place[name] for name in sorter.get_ready())
    while ready:
        step = steps[ready.pop(0)]
        entry = report[step["id"]]
        before = [report[need] for need in step["needs"]]
        for need, other in zip(step["needs"], before):
            if other["status"] == "failed":
                entry["because"].add(need)
            elif other["status"] == "skipped":
                entry["because"] |= set(other["because"])
        if entry["because"]:
            entry["because"] = sorted(entry["because"])
        else:
            inputs = {need: other["result"] for need, other in zip(step["needs"], before)}
            try:
                result = execute(step["task"], inputs)
            except Exception as problem:
                text = "{}: {}".format(problem.__class__.__name__, problem)
                report[step["id"]] = {"status": "failed", "error": text}
            else:
                report[step["id"]] = {"status": "done", "result": result}
        sorter.done(step["id"])
        for name in sorter.get_ready():
            insort(ready, place[name])
    return report
