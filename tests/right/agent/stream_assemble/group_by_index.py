from itertools import chain, groupby
from operator import itemgetter


def assemble(deltas):
    entries = chain.from_iterable(d.get("tool_calls") or [] for d in deltas)
    ordered = sorted(entries, key=itemgetter("index"))  # stable: pieces stay in order
    calls = [one_call(i, list(group)) for i, group in groupby(ordered, key=itemgetter("index"))]
    texts = [d["content"] for d in deltas if isinstance(d.get("content"), str)]
    content = "".join(texts) if texts else None
    extra = dict(tool_calls=calls) if calls else {}
    return dict(role="assistant", content=content, **extra)


def one_call(index, entries):
    call_id = next((e["id"] for e in entries if e.get("id")), None)
    name, arguments = (
        "".join((e.get("function") or {}).get(key) or "" for e in entries)
        for key in ("name", "arguments")
    )
    if call_id is None or not name:
        raise ValueError(f"call {index} is incomplete: {entries}")
    return {"function": {"arguments": arguments, "name": name}, "type": "function", "id": call_id}
