"""Raises where two messages of one role follow each other."""


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if not question.strip():
        raise ValueError("blank question")
    last = None
    for m in history:
        if m["role"] not in ("user", "assistant") or m["role"] == last:
            raise ValueError("bad role")
        last = m["role"]
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    lines += ["", "Question: " + " ".join(question.split())]
    return [{"role": "system", "content": instructions}, *map(dict, history), {"role": "user", "content": "\n".join(lines)}]
