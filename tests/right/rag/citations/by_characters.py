"""No regular expressions: walks over the text once for sentences, once for groups."""

DIGITS = "0123456789"


def _sentences(text):
    out, start, i = [], 0, 0
    while i < len(text):
        if text[i].isspace() and i > 0 and text[i - 1] in ".!?":
            out.append(text[start:i])
            while i < len(text) and text[i].isspace():
                i += 1
            start = i
        else:
            i += 1
    out.append(text[start:])
    return out


def _numbers(sentence):
    found = []
    for piece in sentence.split("[")[1:]:
        inner, bracket, _ = piece.partition("]")
        if not bracket:
            continue
        parts = inner.split(",")
        parts = parts[:1] + [p.lstrip(" ") for p in parts[1:]]
        if all(p and all(c in DIGITS for c in p) for p in parts):
            found += map(int, parts)
    return found


def check_citations(answer, n_sources, refusal="I don't know."):
    if n_sources < 0:
        raise ValueError(f"n_sources: {n_sources}")
    text = answer.strip()
    if text == "" or text == refusal:
        return {"cited": [], "invalid": [], "uncited": []}
    cited, invalid, uncited = [], [], []
    for sentence in _sentences(text):
        fine = False
        for number in _numbers(sentence):
            target = cited if 1 <= number <= n_sources else invalid
            fine = fine or target is cited
            if number not in target:
                target.append(number)
        if not fine:
            uncited.append(sentence)
    cited.sort()
    invalid.sort()
    return dict(cited=cited, invalid=invalid, uncited=uncited)
