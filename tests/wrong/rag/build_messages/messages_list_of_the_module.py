"""Fills one list and its dicts anew in each call, so an earlier result changes."""

MESSAGES = [{"role": "system", "content": ""}, {"role": "user", "content": ""}]


def build_messages(question, sources, history=(), instructions="Cite the sources."):
    if not question.strip():
        raise ValueError("blank question")
    if any(m["role"] not in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    system, user = MESSAGES
    system["content"] = instructions
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    user["content"] = "\n".join([*lines, "", "Question: " + " ".join(question.split())])
    return [system, *map(dict, history), user]
