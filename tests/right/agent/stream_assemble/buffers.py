import copy
import io
from collections import namedtuple

Slot = namedtuple("Slot", "ids name arguments")


class Assembler:
    """Fed delta by delta, as one would do it live."""

    def __init__(self):
        self._content = None
        self._slots = {}

    def push(self, delta):
        match delta:
            case {"content": str(text)}:
                if self._content is None:
                    self._content = io.StringIO(newline="")
                self._content.write(text)
        match delta:
            case {"tool_calls": [*entries]}:
                for entry in entries:
                    self._push_entry(**entry)

    def _push_entry(self, index, id=None, function=None, **_):
        new = Slot([], io.StringIO(newline=""), io.StringIO(newline=""))
        slot = self._slots.setdefault(index, new)
        if id:
            slot.ids.append(id)
        function = function or {}
        slot.name.write(function.get("name") or "")
        slot.arguments.write(function.get("arguments") or "")

    def finish(self):
        message = {"role": "assistant"}
        message["content"] = None if self._content is None else self._content.getvalue()
        calls = []
        for index in sorted(self._slots):
            slot = self._slots[index]
            function = {"name": slot.name.getvalue(), "arguments": slot.arguments.getvalue()}
            try:
                first = slot.ids[0]
            except IndexError:
                raise ValueError(f"no id for {index}") from None
            if function["name"] == "":
                raise ValueError(f"no name for {index}")
            calls.append({"id": first, "type": "function", "function": function})
        if len(calls) > 0:
            message["tool_calls"] = calls
        return message


def assemble(deltas):
    assembler = Assembler()
    for delta in copy.deepcopy(deltas):
        assembler.push(delta)
    return assembler.finish()
