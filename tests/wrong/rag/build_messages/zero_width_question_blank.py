"""A question of a zero width space is refused."""

import copy

DEFAULT = "Answer from the sources only, and cite them as [i]."


def build_messages(question, sources, history=(), instructions=DEFAULT):
    question = " ".join(question.split())
    if not question.strip('\u200b\ufeff'):
        raise ValueError("the question is blank")
    for message in history:
        if message["role"] not in ("user", "assistant"):
            raise ValueError(f"role {message['role']} in the history")
    lines = ["Sources:"]
    for i, source in enumerate(sources, start=1):
        lines.append(f"[{i}] " + " ".join(source["text"].split()))
    if not sources:
        lines.append("(none)")
    lines.append("")
    lines.append(f"Question: {question}")
    return [
        {"role": "system", "content": instructions},
        *copy.deepcopy(list(history)),
        {"role": "user", "content": "\n".join(lines)},
    ]
