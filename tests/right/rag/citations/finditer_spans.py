import re


def check_citations(answer, n_sources, refusal="I don't know."):
    if not isinstance(n_sources, int) or n_sources < 0:
        raise ValueError("n_sources")
    empty = dict(cited=[], invalid=[], uncited=[])
    body = answer.strip()
    if body in ("", refusal):
        return empty
    starts = [0] + [m.end() for m in re.finditer(r"(?<=[.!?])\s+", body)]
    ends = [m.start() for m in re.finditer(r"(?<=[.!?])\s+", body)] + [len(body)]
    flagged = [False] * len(starts)
    valid, other = set(), set()
    for m in re.finditer(r"\[[0-9]+(, *[0-9]+)*\]", body):
        at = max(i for i, s in enumerate(starts) if s <= m.start())
        for n in map(int, re.findall("[0-9]+", m.group())):
            if 0 < n <= n_sources:
                valid.add(n)
                flagged[at] = True
            else:
                other.add(n)
    return {
        "uncited": [body[s:e] for s, e, ok in zip(starts, ends, flagged) if not ok],
        "invalid": sorted(other),
        "cited": sorted(valid),
    }
