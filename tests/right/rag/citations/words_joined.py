"""Keeps the whitespace tokens (re.split with a group) and joins until a word ends a sentence."""
import re


def check_citations(answer, n_sources, refusal="I don't know."):
    if n_sources < 0:
        raise ValueError(n_sources)
    text = answer.strip()
    cited, invalid, uncited = set(), set(), []
    if text == refusal:
        text = ""
    tokens = re.split(r"(\s+)", text) if text else []
    sentence = ""
    for t in range(0, len(tokens), 2):
        sentence += tokens[t]
        last = t == len(tokens) - 1
        if not last and not tokens[t].endswith((".", "!", "?")):
            sentence += tokens[t + 1]
            continue
        numbers = set()
        for group in re.findall(r"\[([0-9, ]*)\]", sentence):
            if re.fullmatch(r"[0-9]+(?:, *[0-9]+)*", group):
                numbers.update(int(n) for n in group.split(","))
        valid = {n for n in numbers if 0 < n <= n_sources}
        cited |= valid
        invalid |= numbers - valid
        if not valid:
            uncited.append(sentence)
        sentence = ""
    return {"cited": sorted(cited), "invalid": sorted(invalid), "uncited": uncited}
