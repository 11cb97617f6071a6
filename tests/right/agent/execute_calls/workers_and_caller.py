"""Workers take calls from a shared iterator; the caller is one of them."""
import json
import threading


class Runner:
    def __init__(self, tools, validate):
        self.tools = tools
        self.validate = validate or (lambda args, schema: [])

    @staticmethod
    def fail(kind, message):
        return json.dumps({"error": kind, "message": message})

    def __call__(self, call):
        content = self.content(call["function"]["name"], call["function"]["arguments"])
        return {"role": "tool", "tool_call_id": call["id"], "content": content}

    def content(self, name, arguments):
        try:
            tool = self.tools[name]
        except KeyError:
            return self.fail("unknown_tool", f"{name}? There are {', '.join(self.tools) or 'none'}")
        try:
            args = json.loads(arguments) if arguments.strip() else dict()
        except ValueError:
            return self.fail("invalid_json", arguments)
        if not isinstance(args, dict) or len(self.validate(args, tool["parameters"])) > 0:
            return self.fail("invalid_arguments", "the arguments do not fit the schema")
        try:
            result = tool["fn"](**args)
            return result if isinstance(result, str) else json.dumps(result)
        except Exception as e:
            return self.fail("tool_error", f"{e.__class__.__name__}({e})")


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError("at least one worker")
    run, results, errors = Runner(tools, validate), {}, []
    todo, lock = iter(enumerate(tool_calls)), threading.Lock()

    def work():
        while not errors:
            with lock:
                item = next(todo, None)
            if item is None:
                return
            try:
                results[item[0]] = run(item[1])
            except BaseException as e:
                errors.append(e)

    helpers = [threading.Thread(target=work) for _ in range(min(max_workers, len(tool_calls)) - 1)]
    for helper in helpers:
        helper.start()
    work()
    for helper in helpers:
        helper.join()
    for e in errors:
        raise e
    return [results[i] for i in range(len(tool_calls))]
