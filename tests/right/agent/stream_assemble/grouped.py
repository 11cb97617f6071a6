from itertools import chain, groupby
from operator import itemgetter


def pieces(entries, key):
    functions = (e.get("function") or {} for e in entries)
    return "".join(f[key] for f in functions if f.get(key) is not None)


def one_call(index, entries):
    ids = [e["id"] for e in entries if e.get("id")]
    name = pieces(entries, "name")
    if not ids or not name:
        raise ValueError(f"incomplete tool call at index {index}: ids {ids}, name {name!r}")
    function = {"name": name, "arguments": pieces(entries, "arguments")}
    return {"id": ids[0], "type": "function", "function": function}


def assemble(deltas):
    contents = [d["content"] for d in deltas if d.get("content") is not None]
    entries = chain.from_iterable(d.get("tool_calls") or [] for d in deltas)
    in_order = sorted(entries, key=itemgetter("index"))
    calls = [one_call(i, list(group)) for i, group in groupby(in_order, key=itemgetter("index"))]
    message = {"role": "assistant", "content": "".join(contents) if contents else None}
    if calls:
        message["tool_calls"] = calls
    return message
