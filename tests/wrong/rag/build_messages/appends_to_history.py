"""Builds the result in the list of the history."""


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if not question.strip():
        raise ValueError("blank question")
    if any(m["role"] not in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    lines += ["", "Question: " + " ".join(question.split())]
    history = history or []
    history.append({"role": "user", "content": "\n".join(lines)})
    return [{"role": "system", "content": instructions}] + [dict(m) for m in history]
