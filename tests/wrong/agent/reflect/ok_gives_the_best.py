def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    draft = feedback = None
    best, stale, stop = (None, float("-inf")), 0, "max_rounds"
    for n in range(1, max_rounds + 1):
        draft = generate(task, draft, feedback)
        c = critique(task, draft)
        score, ok, feedback = c["score"], c["ok"], c["feedback"]
        if score > best[1]:
            best, stale = (draft, score), 0
        else:
            stale += 1
        if ok:
            stop = "ok"
            break
        if stale >= patience:
            stop = "no_progress"
            break
    return {"output": best[0], "score": best[1], "rounds": n, "stop": stop}
