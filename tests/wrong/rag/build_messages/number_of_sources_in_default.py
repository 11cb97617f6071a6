"""The default instructions tell how many sources there are."""


def build_messages(question, sources, history=(), instructions=None):
    if not question.strip():
        raise ValueError("blank question")
    if any(m["role"] not in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    if instructions is None:
        instructions = f"Answer from the {len(sources)} sources below."
    lines = ["Sources:"] + ([f"[{i}] {' '.join(s['text'].split())}" for i, s in enumerate(sources, 1)] or ["(none)"])
    lines += ["", "Question: " + " ".join(question.split())]
    return [{"role": "system", "content": instructions}, *map(dict, history), {"role": "user", "content": "\n".join(lines)}]
