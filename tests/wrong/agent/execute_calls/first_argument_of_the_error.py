"""Tells the first argument of the exception, where there may be none or several."""

import json
import threading


class CallProblem(Exception):
    """What the model is told instead of a result."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind

    def as_json(self):
        return json.dumps({"error": self.kind, "message": str(self)})


class Runner:
    def __init__(self, tools, validate):
        self.tools = tools
        self.validate = validate

    def prepare(self, call):
        fn_part = call["function"]
        tool = self.tools.get(fn_part["name"])
        if tool is None:
            raise CallProblem("unknown_tool", f"{fn_part['name']} does not exist, use one of {sorted(self.tools)}")
        raw = fn_part["arguments"]
        try:
            args = json.loads(raw) if raw.strip() else {}
        except ValueError as bad:
            raise CallProblem("invalid_json", f"cannot parse arguments ({bad})") from bad
        if type(args) is not dict:
            raise CallProblem("invalid_arguments", f"expected an object, got {type(args).__name__}")
        found = self.validate(args, tool["parameters"]) if self.validate else []
        if found:
            raise CallProblem("invalid_arguments", "; ".join(f"{p[0]}: {p[1]}" for p in found))
        return tool["fn"], args

    def run(self, call):
        try:
            fn, args = self.prepare(call)
        except CallProblem as problem:
            return problem.as_json()
        try:
            value = fn(**args)
            if isinstance(value, str):
                return value
            return json.dumps(value)
        except Exception as exc:
            return CallProblem("tool_error", f"{exc.__class__.__name__}: {exc.args[0]}").as_json()


def execute_calls(tool_calls, tools, validate=None, max_workers=1):
    if max_workers < 1:
        raise ValueError(f"max_workers={max_workers}")
    runner = Runner(tools, validate)
    calls = list(tool_calls)
    contents = [None] * len(calls)
    if max_workers == 1:
        for i, call in enumerate(calls):
            contents[i] = runner.run(call)
    else:
        gate = threading.Semaphore(max_workers)
        fatal = []

        def work(i):
            with gate:
                try:
                    contents[i] = runner.run(calls[i])
                except BaseException as e:
                    fatal.append(e)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(len(calls))]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        if fatal:
            raise fatal[0]
    return [
        {"role": "tool", "tool_call_id": call["id"], "content": content}
        for call, content in zip(calls, contents)
    ]
