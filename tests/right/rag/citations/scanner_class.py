class Scanner:
    DIGITS = "0123456789"

    def __init__(self, text):
        self.text = text

    def group_at(self, i):
        """The numbers of the group that opens at i, or None."""
        t, numbers = self.text, []
        i += 1
        while True:
            j = i
            while j < len(t) and t[j] in self.DIGITS:
                j += 1
            if j == i:
                return None
            numbers.append(int(t[i:j]))
            if j < len(t) and t[j] == "]":
                return numbers
            if j >= len(t) or t[j] != ",":
                return None
            i = j + 1
            while i < len(t) and t[i] == " ":
                i += 1

    def numbers(self):
        return [n for i, c in enumerate(self.text) if c == "[" for n in self.group_at(i) or ()]


def check_citations(answer, n_sources, refusal="I don't know."):
    if n_sources < 0:
        raise ValueError("negative")
    words = answer.strip()
    out = {"cited": set(), "invalid": set(), "uncited": []}
    if words and words != refusal:
        begin = 0
        pieces = []
        i = 0
        while i < len(words):
            if words[i].isspace() and i and words[i - 1] in {".", "!", "?"}:
                pieces.append(words[begin:i])
                while words[i].isspace():
                    i += 1
                begin = i
            else:
                i += 1
        pieces.append(words[begin:])
        for piece in pieces:
            ns = Scanner(piece).numbers()
            ok = {n for n in ns if n in range(1, n_sources + 1)}
            out["cited"] |= ok
            out["invalid"] |= set(ns) - ok
            if not ok:
                out["uncited"].append(piece)
    return {k: v if isinstance(v, list) else sorted(v) for k, v in out.items()}
