"""Cuts texts of more than 500 characters."""

import textwrap


def one_line(text):
    return textwrap.shorten(text, 500, placeholder=" ...")


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if not question.strip():
        raise ValueError("blank question")
    if any(m["role"] not in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    lines = [f"[{i}] {one_line(s['text'])}" for i, s in enumerate(sources, 1)] or ["(none)"]
    user = "\n".join(["Sources:", *lines, "", "Question: " + " ".join(question.split())])
    return [{"role": "system", "content": instructions}, *map(dict, history), {"role": "user", "content": user}]
