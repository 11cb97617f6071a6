"""A copy by way of JSON, structural pattern matching, recursion over the lines."""

import json


def tidy(text: str) -> str:
    head, *rest = text.split(maxsplit=1) or [""]
    return f"{head} {tidy(rest[0])}".rstrip() if rest and len(rest[0]) < 100 else " ".join(text.split())


def check(message):
    match message:
        case {"role": "user" | "assistant"}:
            return message
        case _:
            raise ValueError(f"not allowed in history: {message!r}")


def build_messages(question: str, sources: list, history=(), instructions: str = "Cite your sources."):
    turns = json.loads(json.dumps([check(m) for m in history]))
    if not (asked := tidy(question)):
        raise ValueError("blank")
    body = [f"[{i + 1}] {tidy(sources[i]['text'])}" for i in range(len(sources))]
    user = "\n".join(("Sources:", *(body if body else ("(none)",)), "", f"Question: {asked}"))
    return [{"role": "system", "content": instructions}, *turns, {"role": "user", "content": user}]
