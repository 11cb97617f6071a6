import re


def check_citations(answer, n_sources, refusal="I don't know."):
    """Takes numbers without a leading zero only, so [01] is nothing and [0] too."""
    if n_sources < 0:
        raise ValueError("n_sources")
    text = answer.strip()
    if not text or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    cited, invalid, uncited = set(), set(), []
    for s in re.split(r"(?<=[.!?])\s+", text):
        nums = {int(n) for g in re.findall(r"\[([1-9][0-9]*(?:, *[1-9][0-9]*)*)\]", s) for n in g.split(",")}
        good = {n for n in nums if 1 <= n <= n_sources}
        cited |= good
        invalid |= nums - good
        if not good:
            uncited.append(s)
    return {"cited": sorted(cited), "invalid": sorted(invalid), "uncited": uncited}
