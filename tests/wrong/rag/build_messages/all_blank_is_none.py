"""Sources without words are left out, and `(none)` stands where nothing is left."""


def build_messages(question, sources, history=(), instructions="Use the sources."):
    if not question.strip():
        raise ValueError("blank question")
    if any(m["role"] not in ("user", "assistant") for m in history):
        raise ValueError("bad role")
    texts = [" ".join(s["text"].split()) for s in sources]
    lines = ["Sources:"] + [f"[{i}] {t}" for i, t in enumerate(texts, 1) if t]
    lines += ["(none)"] * (len(lines) == 1) + ["", "Question: " + " ".join(question.split())]
    return [{"role": "system", "content": instructions}, *map(dict, history), {"role": "user", "content": "\n".join(lines)}]
