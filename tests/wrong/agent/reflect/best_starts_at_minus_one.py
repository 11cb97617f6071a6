def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1:
        raise ValueError(f"max_rounds must be at least 1, got {max_rounds}")
    if patience < 1:
        raise ValueError(f"patience must be at least 1, got {patience}")
    draft, feedback = None, None
    best_draft, best_score = None, -1
    stale = 0
    for rounds in range(1, max_rounds + 1):
        draft = generate(task, draft, feedback)
        review = critique(task, draft)
        score, feedback = review["score"], review["feedback"]
        if review["ok"]:
            return {"output": draft, "score": score, "rounds": rounds, "stop": "ok"}
        if score > best_score:
            best_draft, best_score = draft, score
            stale = 0
        else:
            stale += 1
        if stale >= patience:
            return {"output": best_draft, "score": best_score, "rounds": rounds, "stop": "no_progress"}
    return {"output": best_draft, "score": best_score, "rounds": max_rounds, "stop": "max_rounds"}
