def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    draft = feedback = None
    best, stale = (None, float("-inf")), 0
    for n in range(1, max_rounds + 1):
        draft = generate(task, draft, feedback)
        c = critique(task, draft)
        score, ok, feedback = c["score"], c["ok"], c["feedback"]
        if score > best[1]:
            best, stale = (draft, score), 0
        else:
            stale += 1
        if stale >= patience:
            return {"output": best[0], "score": best[1], "rounds": n, "stop": "no_progress"}
        if ok:
            return {"output": draft, "score": score, "rounds": n, "stop": "ok"}
    return {"output": best[0], "score": best[1], "rounds": n, "stop": "max_rounds"}
