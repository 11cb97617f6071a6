def assemble(deltas):
    """Grows a list up to the index, so gaps become calls without an id."""
    message = {"role": "assistant", "content": None}
    slots = []
    for delta in deltas:
        if delta.get("content") is not None:
            message["content"] = (message["content"] or "") + delta["content"]
        for entry in delta.get("tool_calls") or []:
            while len(slots) <= entry["index"]:
                slots.append({"id": "", "name": "", "arguments": ""})
            slot, function = slots[entry["index"]], entry.get("function") or {}
            slot["id"] = slot["id"] or entry.get("id") or ""
            for key in ("name", "arguments"):
                slot[key] += function.get(key) or ""
    for slot in slots:
        if not slot["id"] or not slot["name"]:
            raise ValueError(f"incomplete: {slot}")
    if slots:
        message["tool_calls"] = [
            {"id": s["id"], "type": "function",
             "function": {"name": s["name"], "arguments": s["arguments"]}}
            for s in slots
        ]
    return message
