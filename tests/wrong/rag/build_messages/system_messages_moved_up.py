"""System messages of the history are merged into the instructions instead of refused."""


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if not question.strip():
        raise ValueError("blank question")
    system, turns = [instructions], []
    for m in history:
        if m["role"] == "system":
            system.append(m["content"])
        elif m["role"] in ("user", "assistant"):
            turns.append(dict(m))
        else:
            raise ValueError("bad role")
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    lines += ["", "Question: " + " ".join(question.split())]
    return [{"role": "system", "content": "\n".join(system)}, *turns, {"role": "user", "content": "\n".join(lines)}]
