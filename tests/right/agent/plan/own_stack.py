"""Colours on an own stack for the cycle; exceptions kept as objects; ancestors by bit sets."""


def find_cycle(needs):
    colour = dict.fromkeys(needs, 0)
    for root in needs:
        if colour[root]:
            continue
        colour[root] = 1
        stack = [(root, 0)]
        while stack:
            name, at = stack.pop()
            if at == len(needs[name]):
                colour[name] = 2
                continue
            stack.append((name, at + 1))
            nxt = needs[name][at]
            if colour[nxt] == 1:
                return True
            if colour[nxt] == 0:
                colour[nxt] = 1
                stack.append((nxt, 0))
    return False


def run_plan(steps, execute):
    needs = {}
    for step in steps:
        if step["id"] in needs:
            raise ValueError(step["id"])
        needs[step["id"]] = sorted(set(step["needs"]))
    if any(n not in needs for row in needs.values() for n in row) or find_cycle(needs):
        raise ValueError("this plan cannot be run")
    bit = {name: 1 << i for i, name in enumerate(sorted(needs))}
    users = {name: [] for name in needs}
    for name in needs:
        for n in needs[name]:
            users[n].append(name)
    task = {step["id"]: step["task"] for step in steps}
    place = {name: i for i, name in enumerate(needs)}
    names = list(needs)
    settled, results, problems, blame = {}, {}, {}, dict.fromkeys(needs, 0)
    frontier = {place[n] for n in needs if not needs[n]}
    while frontier:
        at = min(frontier)
        frontier.remove(at)
        name = names[at]
        for n in needs[name]:
            blame[name] |= blame[n]
        if blame[name] == 0:
            try:
                results[name] = execute(task[name], {n: results[n] for n in needs[name]})
            except Exception as e:
                problems[name] = e
                blame[name] = bit[name]
        settled[name] = True
        for u in users[name]:
            if all(n in settled for n in needs[u]):
                frontier.add(place[u])

    def entry(name):
        if name in results:
            return {"status": "done", "result": results[name]}
        if name in problems:
            e = problems[name]
            return {"status": "failed", "error": "%s: %s" % (type(e).__name__, e)}
        return {"status": "skipped", "because": [n for n in sorted(needs) if blame[name] & bit[n]]}

    return {name: entry(name) for name in needs}
