import re


def check_citations(answer, n_sources, refusal="I don't know."):
    """Takes the numbers of any bracket whose parts are numbers; other parts are passed over."""
    if n_sources < 0:
        raise ValueError("n_sources")
    text = answer.strip()
    if not text or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    cited, invalid, uncited = set(), set(), []
    for s in re.split(r"(?<=[.!?])\s+", text):
        nums = set()
        for inner in re.findall(r"\[([^\[\]]*)\]", s):
            for part in inner.split(","):
                if part.strip().isdecimal() and part.isascii():
                    nums.add(int(part))
        good = {n for n in nums if 1 <= n <= n_sources}
        cited |= good
        invalid |= nums - good
        if not good:
            uncited.append(s)
    return {"cited": sorted(cited), "invalid": sorted(invalid), "uncited": uncited}
