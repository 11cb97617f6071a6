import math


def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds <= 0 or patience <= 0:
        raise ValueError("limits must be positive")
    left, n = patience, 1
    draft = generate(task, None, None)
    report = critique(task, draft)
    winner = (draft, report["score"])
    while not report["ok"] and left and n < max_rounds:
        n += 1
        draft = generate(task, draft, report["feedback"])
        report = critique(task, draft)
        if report["score"] > winner[1]:
            winner, left = (draft, report["score"]), patience
        elif not report["ok"]:
            left -= 1
    if report["ok"]:
        return {"output": draft, "score": report["score"], "rounds": n, "stop": "ok"}
    return {"output": winner[0], "score": winner[1], "rounds": n, "stop": "max_rounds" if left else "no_progress"}
