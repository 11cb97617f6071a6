"""A regular expression, comprehensions and a constant."""

import re

DEFAULT = "You answer questions. Use only the numbered sources and cite them as [n]."
ALLOWED = frozenset({"user", "assistant"})


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


def build_messages(question, sources, history=(), instructions=DEFAULT):
    asked = squeeze(question)
    if not asked:
        raise ValueError("empty question")
    if {turn.get("role") for turn in history} - ALLOWED:
        raise ValueError("role not allowed in history")
    numbered = "\n".join(f"[{n}] {squeeze(s['text'])}" for n, s in enumerate(sources, 1))
    content = f"Sources:\n{numbered or '(none)'}\n\nQuestion: {asked}"
    system, user = dict(role="system", content=instructions), dict(role="user", content=content)
    return [system] + [{**turn} for turn in history] + [user]
