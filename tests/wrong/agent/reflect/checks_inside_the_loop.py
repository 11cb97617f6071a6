def refine(task, generate, critique, max_rounds=3, patience=1):
    draft = generate(task, None, None)
    best, stale, n = None, 0, 1
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    while True:
        c = critique(task, draft)
        score = c["score"]
        if c["ok"]:
            return {"output": draft, "score": score, "rounds": n, "stop": "ok"}
        if best is None or score > best[1]:
            best, stale = (draft, score), 0
        else:
            stale += 1
        stop = "no_progress" if stale >= patience else "max_rounds" if n == max_rounds else None
        if stop:
            return {"output": best[0], "score": best[1], "rounds": n, "stop": stop}
        draft = generate(task, draft, c["feedback"])
        n += 1
