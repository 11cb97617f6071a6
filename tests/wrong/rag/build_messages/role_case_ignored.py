"""Roles are compared in lower case."""

import json
import re

DEFAULT = (
    "You are a careful assistant. Use only the numbered sources. "
    "If they do not hold the answer, say that you do not know."
)
ALLOWED = {"user", "assistant"}


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _context(sources):
    if len(sources) == 0:
        return "(none)"
    return "\n".join(f"[{n + 1}] {_one_line(s['text'])}" for n, s in enumerate(sources))


def build_messages(question, sources, history=(), instructions=DEFAULT):
    if question.strip() == "":
        raise ValueError("blank question")
    messages = [{"role": "system", "content": instructions}]
    for turn in history:
        if turn.get("role", "").lower() not in ALLOWED:
            raise ValueError("only user and assistant messages belong into history")
        messages.append(json.loads(json.dumps(turn)))
    content = f"Sources:\n{_context(sources)}\n\nQuestion: {_one_line(question)}"
    messages.append({"role": "user", "content": content})
    return messages
