def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    best, best_score, best_feedback, stale = None, None, None, 0
    for n in range(1, max_rounds + 1):
        draft = generate(task, best, best_feedback)
        c = critique(task, draft)
        score = c["score"]
        if c["ok"]:
            return {"output": draft, "score": score, "rounds": n, "stop": "ok"}
        if best_score is None or score > best_score:
            best, best_score, best_feedback, stale = draft, score, c["feedback"], 0
        else:
            stale += 1
        if stale >= patience:
            return {"output": best, "score": best_score, "rounds": n, "stop": "no_progress"}
    return {"output": best, "score": best_score, "rounds": n, "stop": "max_rounds"}
