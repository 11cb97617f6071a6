def refine(task, generate, critique, max_rounds=3, patience=1):
    """max_rounds is taken for the number of revisions."""
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    draft = generate(task, None, None)
    c = critique(task, draft)
    best, best_score, stale, rounds = draft, c["score"], 0, 1
    stop = "max_rounds"
    while not c["ok"] and rounds <= max_rounds:
        draft = generate(task, draft, c["feedback"])
        c = critique(task, draft)
        rounds += 1
        if c["score"] > best_score:
            best, best_score, stale = draft, c["score"], 0
        else:
            stale += 1
        if not c["ok"] and stale >= patience:
            stop = "no_progress"
            break
    if c["ok"]:
        return {"output": draft, "score": c["score"], "rounds": rounds, "stop": "ok"}
    return {"output": best, "score": best_score, "rounds": rounds, "stop": stop}
