from copy import deepcopy


def _rounds(task, generate, critique, limit):
    draft, feedback = None, None
    for number in range(1, limit + 1):
        draft = generate(task, draft, feedback)
        review = deepcopy(critique(task, draft))
        feedback = review["feedback"]
        yield number, draft, review["score"], bool(review["ok"])


def refine(task, generate, critique, max_rounds=3, patience=1):
    if min(max_rounds, patience) < 1:
        raise ValueError("limits must be positive")
    best_draft = best_score = None
    progress_at = 1
    for number, draft, score, ok in _rounds(task, generate, critique, max_rounds):
        if ok:
            return dict(output=draft, score=score, rounds=number, stop="ok")
        if number == 1 or score > best_score:
            best_draft, best_score, progress_at = draft, score, number
        stop = "no_progress" if number - progress_at == patience else "max_rounds"
        if stop == "no_progress":
            break
    return dict(output=best_draft, score=best_score, rounds=number, stop=stop)
