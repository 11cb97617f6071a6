def refine(task, generate, critique, max_rounds=3, patience=1):
    """Scores in a dict by draft: a draft that comes again overwrites its score and is no new round."""
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    scores = {}
    draft = feedback = None
    best, stale, stop, n = float("-inf"), 0, "max_rounds", 0
    while n < max_rounds:
        n += 1
        draft = generate(task, draft, feedback)
        c = critique(task, draft)
        feedback = c["feedback"]
        if c["ok"]:
            return {"output": draft, "score": c["score"], "rounds": n, "stop": "ok"}
        scores[draft] = c["score"]
        if c["score"] > best or n == 1:
            best, stale = c["score"], 0
        else:
            stale += 1
        if stale == patience:
            stop = "no_progress"
            break
    output = max(scores, key=scores.get)
    return {"output": output, "score": scores[output], "rounds": n, "stop": stop}
