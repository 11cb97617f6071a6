def refine(task, generate, critique, max_rounds=3, patience=1):
    """Asks the critic once more for the score of the best draft."""
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    draft = feedback = best = top = None
    stale, stop = 0, "max_rounds"
    for n in range(1, max_rounds + 1):
        draft = generate(task, draft, feedback)
        c = critique(task, draft)
        score, feedback = c["score"], c["feedback"]
        if c["ok"]:
            best, stop = draft, "ok"
            break
        if top is None or score > top:
            best, top, stale = draft, score, 0
        else:
            stale += 1
        if stale >= patience:
            stop = "no_progress"
            break
    return {"output": best, "score": critique(task, best)["score"], "rounds": n, "stop": stop}
