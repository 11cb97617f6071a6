def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    best, best_score, stale = "", 0.0, 0
    draft = feedback = None
    for n in range(1, max_rounds + 1):
        draft = generate(task, draft, feedback)
        c = critique(task, draft)
        score, feedback = c["score"], c["feedback"]
        if c["ok"]:
            return {"output": draft, "score": score, "rounds": n, "stop": "ok"}
        if score > best_score:
            best, best_score, stale = draft, score, 0
        else:
            stale += 1
        if stale >= patience:
            return {"output": best, "score": best_score, "rounds": n, "stop": "no_progress"}
    return {"output": best, "score": best_score, "rounds": n, "stop": "max_rounds"}
