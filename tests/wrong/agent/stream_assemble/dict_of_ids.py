def assemble(deltas):
    content, by_id, current = None, {}, None
    for delta in deltas:
        if delta.get("content") is not None:
            content = (content or "") + delta["content"]
        for tc in delta.get("tool_calls") or []:
            # a piece without an id goes on with the call that was seen last
            current = tc.get("id") or current
            fn = tc.get("function") or {}
            call = by_id.setdefault(
                current,
                {"id": current, "type": "function", "function": {"name": "", "arguments": ""}},
            )
            call["function"]["name"] += fn.get("name") or ""
            call["function"]["arguments"] += fn.get("arguments") or ""
            call.setdefault("_i", tc["index"])
    for call in by_id.values():
        if not call["id"] or not call["function"]["name"]:
            raise ValueError("incomplete call")
    calls = sorted(by_id.values(), key=lambda c: c["_i"])
    for call in calls:
        del call["_i"]
    message = {"role": "assistant", "content": content}
    if calls:
        message["tool_calls"] = calls
    return message
