import re


def _split(text):
    m = re.search(r"[.!?]\s", text)
    if m is None:
        return [text]
    return [text[: m.start() + 1]] + _split(text[m.end() :].lstrip())


def check_citations(answer, n_sources, refusal="I don't know."):
    if not n_sources >= 0:
        raise ValueError("negative number of sources")
    body = answer.strip()
    if not body or body == refusal:
        return {k: [] for k in ("cited", "invalid", "uncited")}
    pairs = []
    for i, s in enumerate(_split(body)):
        for g in re.findall(r"\[\d+(?:, *\d+)*\]", s, flags=re.ASCII):
            pairs += [(i, int(n)) for n in g[1:-1].split(",")]
    ok = [(i, n) for i, n in pairs if n in range(1, n_sources + 1)]
    covered = {i for i, _ in ok}
    return {
        "cited": sorted({n for _, n in ok}),
        "invalid": sorted({n for _, n in pairs} - {n for _, n in ok}),
        "uncited": [s for i, s in enumerate(_split(body)) if i not in covered],
    }
