import re


def check_citations(answer, n_sources, refusal="I don't know."):
    if n_sources < 0:
        raise ValueError("n_sources")
    text = answer.strip()
    if not text or text.startswith(refusal):
        return {"cited": [], "invalid": [], "uncited": []}
    found = re.findall(r"\[([0-9]+(?:, *[0-9]+)*)\]", text)
    nums = {int(n) for g in found for n in g.split(",")}
    good = {n for n in nums if 1 <= n <= n_sources}

    def bare(s):
        gs = re.findall(r"\[([0-9]+(?:, *[0-9]+)*)\]", s)
        return not any(int(n) in good for g in gs for n in g.split(","))

    return {
        "cited": sorted(good),
        "invalid": sorted(nums - good),
        "uncited": [s for s in re.split(r"(?<=[.!?])\s+", text) if bare(s)],
    }
