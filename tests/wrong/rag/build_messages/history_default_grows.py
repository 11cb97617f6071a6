"""A mutable default collects the questions of earlier calls."""


def build_messages(question, sources, history=[], instructions="Use the sources."):
    if not question.strip():
        raise ValueError("blank question")
    if any(m["role"] not in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    lines += ["", "Question: " + " ".join(question.split())]
    result = [{"role": "system", "content": instructions}, *map(dict, history), {"role": "user", "content": "\n".join(lines)}]
    if not history:
        history.append(dict(result[-1]))
    return result
