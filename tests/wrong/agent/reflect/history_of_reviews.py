"""Everything is kept in a list of reviews, read at the end: a critic that reuses its dict spoils it."""


def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError
    history = []
    stop = "max_rounds"
    bad = 0
    while len(history) < max_rounds:
        last = history[-1] if history else (None, {"feedback": None})
        draft = generate(task, last[0], last[1]["feedback"])
        review = critique(task, draft)
        top = max((r["score"] for _, r in history), default=float("-inf"))
        history.append((draft, review))
        if review["ok"]:
            return {"output": draft, "score": review["score"], "rounds": len(history), "stop": "ok"}
        bad = 0 if len(history) == 1 or review["score"] > top else bad + 1
        if bad >= patience:
            stop = "no_progress"
            break
    draft, review = max(history, key=lambda pair: pair[1]["score"])
    return {"output": draft, "score": review["score"], "rounds": len(history), "stop": stop}
