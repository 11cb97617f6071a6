def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds < 1 or patience < 1:
        raise ValueError("max_rounds and patience must be at least 1")

    def go(n, draft, feedback, best, left):
        draft = generate(task, draft, feedback)
        review = dict(critique(task, draft))
        done = {"output": draft, "score": review["score"], "rounds": n, "stop": "ok"}
        if review["ok"]:
            return done
        if best is None or review["score"] > best["score"]:
            best, left = done, patience
        else:
            left -= 1
        if left == 0:
            return {**best, "rounds": n, "stop": "no_progress"}
        if n == max_rounds:
            return {**best, "rounds": n, "stop": "max_rounds"}
        return go(n + 1, draft, review["feedback"], best, left)

    return go(1, None, None, None, patience)
