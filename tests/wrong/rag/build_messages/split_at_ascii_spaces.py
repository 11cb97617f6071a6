"""A question of no-break spaces is not seen to be blank."""

import re


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if re.fullmatch(r"[ \t\r\n]*", question):
        raise ValueError("blank question")
    if any(m["role"] not in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    lines += ["", "Question: " + " ".join(question.split())]
    return [{"role": "system", "content": instructions}, *map(dict, history), {"role": "user", "content": "\n".join(lines)}]
