def assemble(deltas):
    texts = []
    calls = {}
    for delta in deltas:
        piece = delta.get("content")
        if piece is not None:
            texts.append(piece)
        for entry in delta.get("tool_calls") or []:
            index = entry["index"]
            if index not in calls and calls and not (c := list(calls.values())[-1])["name"]:
                raise ValueError("the call before is not finished")
            call = calls.setdefault(index, {"id": None, "name": [], "arguments": []})
            if not call["id"] and entry.get("id"):
                call["id"] = entry["id"]
            function = entry.get("function") or {}
            if function.get("name") is not None:
                call["name"].append(function["name"])
            if function.get("arguments") is not None:
                call["arguments"].append(function["arguments"])
    message = {"role": "assistant", "content": "".join(texts) if texts else None}
    if calls:
        message["tool_calls"] = []
        for index in sorted(calls):
            call = calls[index]
            name = "".join(call["name"])
            if not call["id"] or not name:
                raise ValueError(f"the call at index {index} has no id or no name")
            message["tool_calls"].append(
                {
                    "id": call["id"],
                    "type": "function",
                    "function": {"name": name, "arguments": "".join(call["arguments"])},
                }
            )
    return message
