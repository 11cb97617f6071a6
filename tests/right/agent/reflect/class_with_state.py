class Refinement:
    def __init__(self, task, generate, critique):
        self.task, self.generate, self.critique = task, generate, critique
        self.draft = self.feedback = None
        self.best = None
        self.count = self.since_best = 0

    def step(self):
        self.draft = self.generate(self.task, self.draft, self.feedback)
        answer = self.critique(self.task, self.draft)
        self.count += 1
        score, ok, self.feedback = (answer[key] for key in ("score", "ok", "feedback"))
        if ok or self.best is None or score > self.best[1]:
            self.best, self.since_best = (self.draft, score), 0
        else:
            self.since_best += 1
        return ok

    def result(self, stop):
        output, score = self.best
        return {"output": output, "score": score, "rounds": self.count, "stop": stop}


def refine(task, generate, critique, max_rounds=3, patience=1):
    if max_rounds <= 0 or patience <= 0:
        raise ValueError("max_rounds, patience")
    work = Refinement(task, generate, critique)
    while work.count < max_rounds:
        if work.step():
            return work.result("ok")
        if work.since_best == patience:
            return work.result("no_progress")
    return work.result("max_rounds")
