import re

GROUP = re.compile(r"\[\s*[0-9]+(?:\s*,\s*[0-9]+)*\s*\]")


def check_citations(answer, n_sources, refusal="I don't know."):
    if n_sources < 0:
        raise ValueError("n_sources")
    text = answer.strip()
    if not text or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    cited, invalid, uncited = set(), set(), []
    for s in re.split(r"(?<=[.!?])\s+", text):
        nums = {int(n) for g in GROUP.findall(s) for n in re.findall("[0-9]+", g)}
        good = {n for n in nums if 1 <= n <= n_sources}
        cited |= good
        invalid |= nums - good
        if not good:
            uncited.append(s)
    return {"cited": sorted(cited), "invalid": sorted(invalid), "uncited": uncited}
