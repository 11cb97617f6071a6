"""Between asking and running the arguments are kept as JSON text."""

import json


def execute_with_approval(tool_calls, tools, approve, validate):
    """Between the two passes the arguments are kept as JSON text."""
    def load(name, text):
        if name not in tools:
            return "unknown_tool", f"there is only {list(tools)}"
        if not text.strip():
            text = "{}"
        try:
            value = json.loads(text)
        except json.JSONDecodeError as e:
            return "invalid_json", str(e)
        if not isinstance(value, dict):
            return "invalid_arguments", "object expected"
        wrong = validate(value, tools[name]["parameters"])
        if wrong != []:
            return "invalid_arguments", str(wrong)
        return None, json.dumps(value)

    def ask(name, text):
        try:
            v = approve(name, json.loads(text))
        except Exception as e:
            return "denied", f"{type(e).__name__} while asking"
        if v is True:
            return None, text
        if not isinstance(v, dict):
            return "denied", f"approve gave {v!r}"
        frozen = json.dumps(v)
        wrong = validate(json.loads(frozen), tools[name]["parameters"])
        return ("invalid_arguments", str(wrong)) if wrong else (None, frozen)

    plan = []
    for call in tool_calls:
        name = call["function"]["name"]
        kind, text = load(name, call["function"]["arguments"])
        if kind is None and tools[name].get("requires_approval"):
            kind, text = ask(name, text)
        plan.append((call["id"], name, kind, text))
    out = []
    for id_, name, kind, text in plan:
        if kind is None:
            try:
                r = tools[name]["fn"](**json.loads(text))
                r = r if isinstance(r, str) else json.dumps(r)
            except Exception as e:
                kind, text = "tool_error", f"{type(e).__name__}: {e}"
        if kind is not None:
            r = json.dumps({"error": kind, "message": text})
        out.append({"role": "tool", "tool_call_id": id_, "content": r})
    return out
