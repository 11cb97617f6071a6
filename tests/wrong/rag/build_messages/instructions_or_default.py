"""An empty text of instructions becomes the default."""

DEFAULT = "Answer from the sources and cite them."


def build_messages(question, sources, history=(), instructions=None):
    if not question.strip():
        raise ValueError("blank question")
    if any(m["role"] not in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    lines += ["", "Question: " + " ".join(question.split())]
    return [{"role": "system", "content": instructions or DEFAULT}, *map(dict, history), {"role": "user", "content": "\n".join(lines)}]
