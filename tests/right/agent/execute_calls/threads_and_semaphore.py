"""One thread a call, a semaphore for the bound; slots for results and for what was raised."""
import copy
import json
import threading
import traceback


class Failure(Exception):
    def __init__(self, kind, text):
        self.kind, self.text = kind, text


def decode(call, tools):
    name = call["function"]["name"]
    if name not in tools.keys():
        raise Failure("unknown_tool", "No tool %r. Tools: %s" % (name, list(tools)))
    text = call["function"]["arguments"]
    if text == "" or text.isspace():
        return name, {}
    try:
        return name, json.loads(text)
    except json.decoder.JSONDecodeError as why:
        raise Failure("invalid_json", "not JSON: %s" % why)


def perform(call, tools, validate):
    try:
        name, args = decode(call, tools)
        if type(args) is not dict:
            raise Failure("invalid_arguments", "not an object")
        found = validate(args, tools[name]["parameters"]) if validate else None
        if found:
            raise Failure("invalid_arguments", "violations: %s" % found)
        try:
            out = tools[name]["fn"](**args)
        except Exception:
            raise Failure("tool_error", traceback.format_exc())
        if isinstance(out, str):
            return out
        try:
            return json.dumps(out)
        except Exception as why:
            raise Failure("tool_error", "cannot be encoded: %s" % why)
    except Failure as failure:
        return json.dumps({"error": failure.kind, "message": failure.text})


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError(f"max_workers={max_workers}")
    calls = copy.deepcopy(tool_calls)
    contents, raised = [None] * len(calls), []
    if max_workers == 1:
        contents = [perform(call, tools, validate) for call in calls]
    else:
        free = threading.Semaphore(max_workers)

        def work(i):
            with free:
                try:
                    contents[i] = perform(calls[i], tools, validate)
                except BaseException as error:
                    raised.append(error)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if raised:
            raise raised[0]
    return [dict(role="tool", tool_call_id=c["id"], content=x) for c, x in zip(calls, contents)]
