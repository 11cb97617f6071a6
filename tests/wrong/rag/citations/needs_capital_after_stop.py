import re


def check_citations(answer, n_sources, refusal="I don't know."):
    """Clever about abbreviations: a sentence begins with a capital letter."""
    if n_sources < 0:
        raise ValueError("n_sources")
    text = answer.strip()
    if not text or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    cited, invalid, uncited = set(), set(), []
    for s in re.split(r"(?<=[.!?])\s+(?=[A-Z\[])", text):
        nums = {int(n) for g in re.findall(r"\[([0-9]+(?:, *[0-9]+)*)\]", s) for n in g.split(",")}
        good = {n for n in nums if 1 <= n <= n_sources}
        cited |= good
        invalid |= nums - good
        if not good:
            uncited.append(s)
    return {"cited": sorted(cited), "invalid": sorted(invalid), "uncited": uncited}
