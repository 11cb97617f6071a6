"""Falsy results become the text ok."""
import json
import threading


class ToolRunner:
    def __init__(self, tools, validate, workers):
        if workers < 1:
            raise ValueError("workers")
        self.tools, self.validate, self.workers = tools, validate, workers

    def run(self, calls):
        self.out = [None] * len(calls)
        self.boom = None
        if self.workers == 1:
            for i, call in enumerate(calls):
                self.out[i] = self.message(call)
            return self.out
        queue = list(enumerate(calls))[::-1]
        lock = threading.Lock()

        def loop():
            while True:
                with lock:
                    if not queue or self.boom:
                        return
                    i, call = queue.pop()
                try:
                    self.out[i] = self.message(call)
                except BaseException as e:
                    self.boom = e

        threads = [threading.Thread(target=loop) for _ in range(self.workers)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        if self.boom:
            raise self.boom
        return self.out

    def message(self, call):
        return {
            "role": "tool",
            "tool_call_id": call["id"],
            "content": self.content(**call["function"]),
        }

    def content(self, name, arguments):
        try:
            tool = self.tools[name]
        except KeyError:
            return self.error("unknown_tool", "there are " + ", ".join(self.tools))
        try:
            args = json.loads(arguments.strip() or "{}")
        except ValueError as e:
            return self.error("invalid_json", f"{e}")
        if not isinstance(args, dict):
            return self.error("invalid_arguments", "no object")
        if self.validate and self.validate(args, tool["parameters"]):
            return self.error("invalid_arguments", "does not fit the schema")
        try:
            result = tool["fn"](**args) or "ok"
            return result if isinstance(result, str) else json.dumps(result)
        except Exception as e:
            return self.error("tool_error", repr(e))

    def error(self, kind, message):
        return json.dumps({"error": kind, "message": message})


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    return ToolRunner(tools, validate, max_workers).run(tool_calls)
