import re

GROUP = re.compile(r"\[([0-9]+(?:, *[0-9]+)*)\]")
BREAK = re.compile(r"(?<=[.!?])\s+")


def check_citations(answer, n_sources, refusal="I don't know."):
    if n_sources < 0:
        raise ValueError(f"n_sources must not be negative, got {n_sources}")
    text = answer.strip()
    if not text or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    cited, invalid, uncited = set(), set(), []
    for sentence in re.findall(r'[^.!?]+[.!?]', text):
        numbers = {int(n) for group in GROUP.findall(sentence) for n in group.split(",")}
        good = {n for n in numbers if 1 <= n <= n_sources}
        cited |= good
        invalid |= numbers - good
        if not good:
            uncited.append(sentence)
    return {"cited": sorted(cited), "invalid": sorted(invalid), "uncited": uncited}
