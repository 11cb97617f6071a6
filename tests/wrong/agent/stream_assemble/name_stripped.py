import functools


def _step(state, delta):
    texts, slots = state
    match delta:
        case {"content": str(text)}:
            texts.append(text)
    match delta:
        case {"tool_calls": [*entries]}:
            for entry in entries:
                slot = slots.setdefault(int(entry["index"]), ["", [], []])
                match entry:
                    case {"id": str(given)} if slot[0] == "":
                        slot[0] = given
                match entry:
                    case {"function": {"name": str(piece)}}:
                        slot[1].append(piece)
                match entry:
                    case {"function": {"arguments": str(piece)}}:
                        slot[2].append(piece)
    return state


def assemble(deltas):
    texts, slots = functools.reduce(_step, deltas, ([], {}))
    message = dict(role="assistant", content=None)
    if len(texts) > 0:
        message.update(content="".join(texts))
    for index, (call_id, names, arguments) in sorted(slots.items()):
        name = str().join(names).strip()
        if "" in (call_id, name):
            raise ValueError("incomplete call %d" % index)
        function = dict(name=name, arguments=str().join(arguments))
        message.setdefault("tool_calls", []).append(dict(id=call_id, type="function", function=function))
    return message
