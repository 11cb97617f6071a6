"""Escapes the texts as if they went into a page."""

from html import escape


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if question.isspace() or not question:
        raise ValueError("blank question")
    if any(m["role"] not in ["user", "assistant"] for m in history):
        raise ValueError("bad role")
    body = "\n".join(
        f"[{i}] {escape(' '.join(s['text'].split()), quote=False)}" for i, s in enumerate(sources, 1)
    )
    content = f"Sources:\n{body or '(none)'}\n\nQuestion: {' '.join(question.split())}"
    return [
        {"role": "system", "content": instructions},
        *map(dict, history),
        {"role": "user", "content": content},
    ]
