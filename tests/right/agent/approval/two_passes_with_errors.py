"""Two passes; what stops a call is an exception of our own."""
import json
from copy import deepcopy


class Stop(Exception):
    def __init__(self, kind, message):
        super().__init__(kind, message)
        self.content = json.dumps({"error": kind, "message": message})


def decode(function, tools):
    if function["name"] not in tools:
        raise Stop("unknown_tool", f"{function['name']} is none of {sorted(tools)}")
    try:
        return json.loads(function["arguments"].strip() or "{}")
    except json.JSONDecodeError as error:
        raise Stop("invalid_json", str(error)) from error


def check(args, schema, validate):
    if not isinstance(args, dict):
        raise Stop("invalid_arguments", "an object is needed")
    if found := validate(args, schema):
        raise Stop("invalid_arguments", json.dumps(found))


def ask(approve, name, args, schema, validate):
    try:
        said = approve(name, deepcopy(args))
    except Exception as error:
        raise Stop("denied", f"approval failed: {error!r}")
    if said is True:
        return args
    if isinstance(said, dict):
        edited = deepcopy(said)
        check(edited, schema, validate)
        return edited
    raise Stop("denied", "not approved")


def run(fn, args):
    try:
        result = fn(**args)
        return result if isinstance(result, str) else json.dumps(result)
    except Exception as error:
        raise Stop("tool_error", f"{type(error).__name__}: {error}")


def execute_with_approval(tool_calls, tools, approve, validate):
    jobs = []
    for call in tool_calls:
        try:
            name = call["function"]["name"]
            args = decode(call["function"], tools)
            check(args, tools[name]["parameters"], validate)
            if tools[name].get("requires_approval", False):
                args = ask(approve, name, args, tools[name]["parameters"], validate)
            jobs.append((tools[name]["fn"], args))
        except Stop as stop:
            jobs.append(stop)
    messages = []
    for call, job in zip(tool_calls, jobs):
        try:
            if isinstance(job, Stop):
                raise job
            content = run(*job)
        except Stop as stop:
            content = stop.content
        messages.append({"role": "tool", "tool_call_id": call["id"], "content": content})
    return messages
