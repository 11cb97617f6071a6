def squeeze(text):
    out, gap = [], False
    for c in text:
        if c.isspace():
            gap = True
        else:
            if gap and out:
                out.append(" ")
            out.append(c)
            gap = False
    return "".join(out)


def clone(x):
    if isinstance(x, dict):
        return {k: clone(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [clone(v) for v in x]
    return x


def build_messages(question, sources, history=(), instructions="Use the sources.", *, roles=("user", "assistant")):
    asked = squeeze(question)
    if len(asked) == 0:
        raise ValueError("blank")
    result = [dict(role="system", content=instructions)]
    for m in history:
        if not any(m["role"] == r for r in roles):
            raise ValueError(m["role"])
        result.append(clone(m))
    text = "Sources:\n"
    number = 0
    for s in sources:
        number += 1
        text += "[" + str(number) + "] " + squeeze(s["text"]) + "\n"
    if number == 0:
        text += "(none)\n"
    text += "\nQuestion: " + asked
    result.append(dict(role="user", content=text))
    return result
