def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    n, stale = 0, 0
    draft = feedback = best = None
    while True:
        draft = generate(task, draft, feedback)
        n += 1
        c = critique(task, draft)
        score, feedback = c["score"], c["feedback"]
        if c["ok"]:
            return {"output": draft, "score": score, "rounds": n, "stop": "ok"}
        if best is None or score > best[1]:
            best, stale = (draft, score), 0
        else:
            stale += 1
        if n == max_rounds:
            stop = "max_rounds"
            break
        if stale == patience:
            stop = "no_progress"
            break
    return {"output": best[0], "score": best[1], "rounds": n, "stop": stop}
