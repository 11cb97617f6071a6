def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    drafts, scores = [], []
    draft = feedback = None
    stale, stop = 0, "max_rounds"
    for _ in range(max_rounds):
        draft = generate(task, draft, feedback)
        c = critique(task, draft)
        drafts.append(draft)
        scores.append(c["score"])
        feedback = c["feedback"]
        if c["ok"]:
            return {"output": draft, "score": c["score"], "rounds": len(drafts), "stop": "ok"}
        stale = stale + 1 if len(scores) > 1 and scores[-1] <= scores[-2] else 0
        if stale >= patience:
            stop = "no_progress"
            break
    i = scores.index(max(scores))
    return {"output": drafts[i], "score": scores[i], "rounds": len(drafts), "stop": stop}
