"""Puts the sources in with re.sub, where a backslash in them is read as an escape."""

import re


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if not question.split():
        raise ValueError("blank question")
    if {m["role"] for m in history} - {"user", "assistant"}:
        raise ValueError("bad role")
    flat = lambda t: re.sub(r"\s+", " ", t).strip()
    rows = "\n".join(f"[{i + 1}] " + flat(s["text"]) for i, s in enumerate(sources)) or "(none)"
    content = re.sub("ROWS", rows, "Sources:\nROWS\n\nQuestion: ") + flat(question)
    return [dict(role="system", content=instructions), *[m.copy() for m in history], dict(role="user", content=content)]
