"""Checks with assert, so that the exception is another one."""


def build_messages(question, sources, history=(), instructions="Use the sources."):
    assert question.strip(), "blank question"
    assert all(m["role"] in ("user", "assistant") for m in history), "bad role"
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    lines += ["", "Question: " + " ".join(question.split())]
    return [{"role": "system", "content": instructions}, *map(dict, history), {"role": "user", "content": "\n".join(lines)}]
