from functools import reduce


def add(state, delta):
    content, calls = state
    if delta.get("content"):
        content = (content or "") + delta["content"]
    for entry in delta.get("tool_calls") or []:
        fn = entry.get("function") or {}
        old = calls.get(entry["index"], ("", "", ""))
        calls[entry["index"]] = (
            old[0] or entry.get("id") or "",
            old[1] + (fn.get("name") or ""),
            old[2] + (fn.get("arguments") or ""),
        )
    return content, calls


def assemble(deltas):
    content, calls = reduce(add, deltas, (None, {}))
    for id, name, _ in calls.values():
        if not (id and name):
            raise ValueError("a call without id or name")
    result = {"role": "assistant", "content": content}
    if calls:
        result["tool_calls"] = [
            {"id": i, "type": "function", "function": {"name": n, "arguments": a}}
            for _, (i, n, a) in sorted(calls.items())
        ]
    return result
