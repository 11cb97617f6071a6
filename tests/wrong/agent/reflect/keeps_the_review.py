def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1:
        raise ValueError("max_rounds")
    if patience < 1:
        raise ValueError("patience")
    draft = feedback = None
    best_draft = best_review = None
    bad = 0
    for n in range(1, max_rounds + 1):
        draft = generate(task, draft, feedback)
        review = critique(task, draft)
        feedback = review["feedback"]
        if review["ok"]:
            return dict(output=draft, score=review["score"], rounds=n, stop="ok")
        if best_review is None or review["score"] > best_review["score"]:
            best_draft, best_review, bad = draft, review, 0
        else:
            bad += 1
        if bad == patience:
            return dict(output=best_draft, score=best_review["score"], rounds=n, stop="no_progress")
    return dict(output=best_draft, score=best_review["score"], rounds=n, stop="max_rounds")
