from dataclasses import dataclass


@dataclass(frozen=True)
class Round:
    draft: str
    score: float
    ok: bool
    feedback: str


def refine(task, generate, critique, max_rounds=3, patience=1):
    if not (max_rounds >= 1 and patience >= 1):
        raise ValueError((max_rounds, patience))
    rounds: list[Round] = []

    def outcome(chosen, stop):
        return {"stop": stop, "rounds": len(rounds), "output": chosen.draft, "score": chosen.score}

    best, stale = None, 0
    for _ in range(max_rounds):
        last = rounds[-1] if rounds else None
        draft = generate(
            task=task, draft=last.draft if last else None, feedback=last.feedback if last else None
        )
        now = Round(draft=draft, **critique(task=task, draft=draft))
        rounds.append(now)
        if now.ok:
            return outcome(now, "ok")
        if best is None or best.score < now.score:
            best, stale = now, 0
            continue
        stale += 1
        if stale >= patience:
            return outcome(best, "no_progress")
    return outcome(best, "max_rounds")
