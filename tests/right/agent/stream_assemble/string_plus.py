def assemble(deltas):
    """Plain loops; texts grow in place."""
    content = None
    calls = {}
    for d in deltas:
        piece = d.get("content", None)
        if piece is not None:
            content = piece if content is None else content + piece
        if d.get("tool_calls"):
            for tc in d["tool_calls"]:
                i = tc["index"]
                if i not in calls:
                    calls[i] = {"id": None, "type": "function", "function": {"name": "", "arguments": ""}}
                if tc.get("id") and calls[i]["id"] is None:
                    calls[i]["id"] = tc["id"]
                f = tc.get("function")
                if f is None:
                    continue
                for key in ("name", "arguments"):
                    if f.get(key):
                        calls[i]["function"][key] += f[key]
    result = {"role": "assistant", "content": content}
    for i in calls:
        if calls[i]["id"] is None or calls[i]["function"]["name"] == "":
            raise ValueError("incomplete tool call at index %d" % i)
    if calls:
        result["tool_calls"] = [calls[i] for i in sorted(calls.keys())]
    return result
