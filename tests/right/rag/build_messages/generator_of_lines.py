"""Generators, and a character at a time."""

from itertools import chain, count


def _flat(text):
    out, gap = [], False
    for ch in text:
        if ch.isspace():
            gap = True
            continue
        if gap and out:
            out.append(" ")
        out.append(ch)
        gap = False
    return "".join(out)


def _lines(question, sources):
    yield "Sources:"
    if not len(sources):
        yield "(none)"
    for number, source in zip(count(1), sources):
        yield "[%d] %s" % (number, _flat(source["text"]))
    yield ""
    yield "Question: %s" % _flat(question)


def build_messages(question, sources, history=(), instructions=None):
    if instructions is None:
        instructions = "Only the sources count."
    if _flat(question) == "":
        raise ValueError("question")
    for message in history:
        if message["role"] not in ("user", "assistant"):
            raise ValueError("history")
    ends = ({"role": "system", "content": instructions},), ({"content": "\n".join(_lines(question, sources)), "role": "user"},)
    return list(chain(ends[0], map(dict, history), ends[1]))
