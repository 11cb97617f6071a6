def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError("limits")
    draft = feedback = None
    output, top, stale = None, float("-inf"), 0
    for n in range(1, max_rounds + 1):
        draft = generate(task, draft, feedback)
        c = critique(task, draft)
        score, ok, feedback = c["score"], c["ok"], c["feedback"]
        stale = 0 if score > top else stale + 1
        if score > top:
            output = draft
        top = max(top, score)
        if ok:
            return {"output": draft, "score": top, "rounds": n, "stop": "ok"}
        if stale >= patience:
            return {"output": output, "score": top, "rounds": n, "stop": "no_progress"}
    return {"output": output, "score": top, "rounds": n, "stop": "max_rounds"}
