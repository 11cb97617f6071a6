"""Scores and drafts in lists; progress is read off the lists after each round."""


def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1:
        raise ValueError(f"max_rounds={max_rounds}")
    if patience < 1:
        raise ValueError(f"patience={patience}")
    drafts, scores = [], []
    draft = feedback = None
    while True:
        draft = generate(task, draft, feedback)
        review = critique(task, draft)
        drafts.append(draft)
        scores.append(review["score"])
        feedback = review["feedback"]
        top = scores.index(max(scores))
        if review["ok"]:
            top, stop = len(scores) - 1, "ok"
        elif len(scores) - 1 - top >= patience:
            stop = "no_progress"
        elif len(scores) >= max_rounds:
            stop = "max_rounds"
        else:
            continue
        return {"output": drafts[top], "score": scores[top], "rounds": len(drafts), "stop": stop}
