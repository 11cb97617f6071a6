import json
import queue
import threading


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError("at least one worker is needed")
    messages = [None] * len(tool_calls)
    jobs = queue.SimpleQueue()
    escaped = []

    def put(i, content):
        messages[i] = dict(role="tool", tool_call_id=tool_calls[i]["id"], content=content)

    def put_error(i, kind, message):
        put(i, json.dumps(dict(error=kind, message=message)))

    for i, call in enumerate(tool_calls):
        name, text = call["function"]["name"], call["function"]["arguments"]
        tool = tools.get(name)
        if tool is None:
            put_error(i, "unknown_tool", f"{name} is not among {sorted(tools)}")
            continue
        args = {}
        if text and not text.isspace():
            try:
                args = json.loads(text)
            except json.JSONDecodeError as error:
                put_error(i, "invalid_json", str(error))
                continue
        if not isinstance(args, dict):
            put_error(i, "invalid_arguments", "not an object")
        elif validate and (bad := validate(args, tool["parameters"])):
            put_error(i, "invalid_arguments", "\n".join(f"{v}" for v in bad))
        else:
            jobs.put((i, tool["fn"], args))

    def work():
        while not escaped:
            try:
                i, fn, args = jobs.get_nowait()
            except queue.Empty:
                return
            try:
                result = fn(**args)
                put(i, result if isinstance(result, str) else json.dumps(result))
            except Exception as error:
                put_error(i, "tool_error", type(error).__qualname__ + ": " + str(error))
            except BaseException as error:
                escaped.append(error)
                return

    if max_workers == 1:
        work()
    else:
        threads = [threading.Thread(target=work) for _ in range(min(max_workers, jobs.qsize()))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if escaped:
        raise escaped[0]
    return messages
