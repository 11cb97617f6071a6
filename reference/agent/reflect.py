"""Draft, critique, revise.

A model often does better when its draft is criticised and it may try again. That costs two calls a
round, does not always help, and has to end: when the critic is content, when the scores no longer
rise, or when the rounds are used up. What is returned is the best draft, not the last one.

Write `refine(task, generate, critique, max_rounds=3, patience=1)`. It returns the dict
`{"output": str, "score": float, "rounds": int, "stop": str}`.

What it is given:

- `generate(task, draft, feedback)` returns a draft, a str. It is called with None and None first,
  then with the latest draft, best or not, and the feedback on it; "" is handed on as it is.
- `critique(task, draft)` returns `{"score": float, "ok": bool, "feedback": str}`. Scores are
  finite, higher is better, and may be 0 or negative. The critic may use one dict for all its
  answers and write the next one into it.
- `task`, drafts and feedback are handed on as they are, with blanks at their ends, too.

Each round makes one draft and then judges it, one call each. Then, in this order:

1. The critique is ok: stop "ok". Output and score are those of this draft, also where an earlier
   one scored higher.
2. The last `patience` rounds, in a row, all made no progress: stop "no_progress". A round makes
   progress if its score is higher, by however little, than the best of all rounds before it; an
   equal score is none. The first round always makes progress.
3. `max_rounds` drafts have been made: stop "max_rounds".

After "no_progress" and "max_rounds" the output is the draft with the highest score of all rounds,
the earliest of them where several have it, and the score is its score. `rounds` counts the drafts.

- max_rounds < 1 or patience < 1 raise ValueError before anything is called.
- What generate or critique raises passes through, and nothing is called after it.

Example: max_rounds=3, patience=1, drafts "a", "b", "c", no critique ok. With the scores 0.5, 0.7,
0.6 all three are made; the third brings no progress, which is looked at before max_rounds: output
"b", score 0.7, rounds 3, stop "no_progress". With 0.5, 0.5 there are only two rounds, and the
output is "a". With 0.5, 0.4 and patience=2 a third round is made, from "b" and the feedback on "b":
if it scores 0.6 the output is "c" and the stop "max_rounds".

Failing cases show the `rounds` that would come, each (draft, score, ok, feedback). A critic that
uses one dict for all its answers is shown as one_dict=True. The task is "Name a tea." where none is
shown.
"""

import math

from grader.words import Draw, Exercise, Throw, at_most, holds, must_raise, outcome, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=15,
    needs=("agent/loop",),
    source="Madaan et al. 2023, Self-Refine, arXiv:2303.17651",
    hints=(
        "What has to be remembered from round to round? The latest draft and its feedback, the best "
        "draft and its score, and how long nothing got better: five things.",
        "Ask the three questions in the given order, each right after the critique. Only the best "
        "draft changes when a score is higher; the latest one changes every round.",
        "Start the best score below every score, so that the first round makes progress without a "
        "case of its own. Take score, ok and feedback out of the dict at once.",
    ),
    ask=(
        (
            "When does self-critique help without new information?",
            "Where judging is easier than writing: format, length, a forgotten part of the task. For "
            "facts and reasoning gains come mostly from outside: tests, tools, sources.",
        ),
        (
            "What does it cost?",
            "Two calls a round, and prompts that grow by draft and feedback. Measure it against one "
            "better prompt, a larger model, or the best of several independent drafts.",
        ),
        (
            "May the same model be the judge?",
            "It prefers its own text and repeats its own blind spots. Use another model or a rubric "
            "with checkable points, and compare the scores with people's now and then.",
        ),
    ),
)


@exercise.solution
def refine(task: str, generate, critique, max_rounds: int = 3, patience: int = 1) -> dict:
    """Drafts and critiques until ok, until the scores stop rising, or for max_rounds rounds.

    Gives {"output": str, "score": float, "rounds": int, "stop": "ok" | "no_progress" |
    "max_rounds"}. ValueError if max_rounds < 1 or patience < 1.
    """
    if max_rounds < 1:
        raise ValueError(f"max_rounds must be at least 1: {max_rounds}")
    if patience < 1:
        raise ValueError(f"patience must be at least 1: {patience}")
    draft, feedback = None, None
    best, best_score = None, -math.inf
    made, stale = 0, 0  # rounds so far, and rounds in a row without progress
    stop = "max_rounds"
    while made < max_rounds:
        made += 1
        draft = generate(task, draft, feedback)
        answer = critique(task, draft)
        # Taken out at once: the critic may write its next answer into the same dict.
        score, ok, feedback = answer["score"], answer["ok"], answer["feedback"]
        if ok:
            best, best_score, stop = draft, score, "ok"
            break
        if score > best_score:
            best, best_score, stale = draft, score, 0
        else:
            stale += 1
        if stale == patience:
            stop = "no_progress"
            break
    return {"output": best, "score": best_score, "rounds": made, "stop": stop}


TASK = "Name a tea."


@exercise.inputs
def rounds_to_come(draw: Draw) -> dict:
    max_rounds = draw.size(1, 6)
    rounds = []
    for name in "abcdef"[:max_rounds]:
        score = draw.choice(0.5, 0.6, 0.4, 0.7, 0.0, -1.0, -0.5, 2.0)
        ok = draw.choice(False, False, False, False, False, False, False, True)
        feedback = draw.choice(f"fix {name}", f"fix {name}", f"fix {name}", "")
        rounds.append((draw.choice(name, name, name, name, name, "", "a"), score, ok, feedback))
    return {
        "rounds": rounds,
        "max_rounds": max_rounds,
        "patience": draw.choice(1, 2, 3, 2, 4),
        "one_dict": draw.choice(False, False, True),
    }


def case(*scores: float, drafts: str = "abcdefghijkl", ok: int = 0, **more) -> dict:
    """A case with those scores; the critic is content in round `ok`, or never."""
    rounds = [
        (draft, score, number == ok, f"fix {draft}")
        for number, (draft, score) in enumerate(zip(drafts, scores, strict=False), 1)
    ]
    return {"rounds": rounds, **more}


def limits(max_rounds: int, patience: int) -> dict:
    return {"max_rounds": max_rounds, "patience": patience}


@exercise.edges
def rounds_that_separate() -> list[dict]:
    return [
        # Without limits there are three rounds, and the first one without progress is the last.
        case(0.5, 0.7, 0.6), case(0.5, 0.6, 0.7), case(0.5, 0.5, 0.9), case(0.7, 0.6, 0.9),
        case(0.1, ok=1), case(0.1, 0.2, ok=2), case(0.1, 0.2, 0.3, ok=3), case(0.3, 0.2, ok=2),
        case(-0.5, -0.4, -0.3), case(0.0, 0.1, 0.2), case(0.0, 0.0), case(-1.0, 0.0, 0.0),
        case(-2.0, -3.0), case(1.0, 2.0, 2.5), case(0.5, 0.5), case(1.5, 0.0),
        # One round.
        case(0.5, **limits(1, 1)), case(-0.5, **limits(1, 1)), case(0.0, **limits(1, 2)),
        case(0.5, ok=1, **limits(1, 1)), case(0.5, **limits(1, 3)), case(0.2, max_rounds=1),
        # Patience.
        case(0.5, 0.4, 0.6, **limits(3, 2)), case(0.5, 0.4, 0.5, 0.9, **limits(4, 2)),
        case(0.5, 0.4, 0.3, 0.2, **limits(4, 3)), case(0.5, 0.4, 0.3, 0.2, **limits(4, 4)),
        case(0.5, 0.4, 0.6, 0.5, 0.4, **limits(5, 2)), case(0.5, 0.4, 0.6, 0.5, 0.7, **limits(5, 2)),
        case(0.5, 0.2, 0.3, 0.4, 0.9, **limits(5, 2)), case(0.5, 0.2, 0.3, 0.4, 0.9, **limits(5, 3)),
        case(0.5, 0.5, 0.5, 0.6, **limits(4, 2)), case(0.3, 0.5, 0.4, 0.5, **limits(4, 2)),
        case(0.1, 0.2, 0.1, 0.3, 0.1, 0.4, 0.1, 0.1, **limits(8, 2)), case(0.6, 0.2, 0.5, patience=2),
        case(0.4, 0.2, 0.3, 0.4, **limits(4, 2)), case(0.5, 0.4, 0.6, 0.3, 0.7, **limits(5, 3)),
        case(-0.5, -0.7, -0.6, -0.4, **limits(4, 3)), case(0.0, -0.1, 0.0, **limits(3, 2)),
        case(*[0.1 * i for i in range(12)], **limits(12, 1)), case(*[0.5] * 7, **limits(7, 6)),
        # Several limits in one round.
        case(0.5, 0.4, **limits(2, 1)), case(0.5, 0.6, 0.6, **limits(3, 1)),
        case(0.5, 0.4, 0.4, **limits(3, 2)), case(0.5, 0.4, ok=2, **limits(2, 1)),
        case(0.5, 0.4, 0.3, ok=3, **limits(3, 2)), case(0.5, 0.4, ok=2, **limits(5, 1)),
        case(0.5, 0.4, 0.5, ok=3, **limits(6, 2)), case(0.2, 0.4, 0.6, ok=3, **limits(3, 1)),
        # Content with less than the best, or with as much.
        case(0.9, 0.5, ok=2, **limits(4, 2)), case(0.4, 0.9, 0.1, ok=3, **limits(4, 2)),
        case(0.5, 0.5, ok=2, **limits(3, 3)), case(0.9, 0.3, 0.6, ok=3, **limits(4, 4)),
        # The best one first, in the middle, several times.
        case(0.9, 0.5, 0.6, **limits(3, 3)), case(0.5, 0.9, 0.6, **limits(3, 2)),
        case(0.5, 0.9, 0.9, 0.8, **limits(4, 3)), case(0.7, 0.5, 0.7, 0.7, **limits(4, 4)),
        case(0.2, 0.8, 0.3, 0.8, 0.1, **limits(5, 4)), case(0.1, 0.6, 0.2, 0.3, **limits(4, 3)),
        # Drafts that come again, or are empty; feedback that is empty.
        case(0.5, 0.3, 0.4, drafts="aab", **limits(3, 3)), case(0.3, 0.6, 0.4, drafts="aba", **limits(3, 3)),
        case(0.6, 0.5, 0.2, 0.3, drafts="abab", **limits(4, 4)), case(0.5, 0.4, 0.1, drafts="aaa", **limits(3, 2)),
        {"rounds": [("", 0.2, False, ""), ("b", 0.5, False, ""), ("", 0.6, False, "fix it")]},
        {"rounds": [("a", 0.2, False, ""), ("", 0.5, True, "")]},
        {"rounds": [("", 0.5, False, ""), ("", 0.4, False, ""), ("", 0.3, False, "")], "patience": 2},
        {"rounds": [("", 0.5, False, "x"), ("b", 0.4, False, "y"), ("c", 0.3, False, "z")], "patience": 2},
        {"rounds": [("a", 0.4, False, "x"), ("", 0.5, False, "y"), ("c", 0.3, False, "z")], "patience": 2},
        {"rounds": [("a", 0.2, False, "same"), ("b", 0.3, False, "same"), ("a", 0.4, False, "same")]},
        {"rounds": [("a", 0.2, False, ""), ("b", 0.3, False, ""), ("c", 0.1, False, "")]},
        # A little higher is higher.
        case(0.5, 0.5001, 0.5002), case(0.5, 0.500001, 0.4), case(0.501, 0.502, 0.502, 0.503, **limits(4, 2)),
        case(0.5, 0.5005, 0.5003, 0.5006, **limits(4, 1)), case(0.7, 0.7 + 1e-9, 0.1), case(2.25, 2.5, 2.75),
        case(-1.5, -1.2, -1.0), case(-1.25, -1.125, -2.0, **limits(3, 2)),
        # Texts as they are.
        {"rounds": [(" a\n", 0.2, False, " fix\n"), ("b ", 0.3, True, "")], "task": " Name a tea.\n"},
        {"rounds": [("\na", 0.2, False, "Fix A. "), ("b", 0.1, False, "")], "task": "name\n\nTWO  teas"},
        {"rounds": [("a\n", 0.2, False, ""), ("A", 0.3, False, "\n"), (" ", 0.4, False, "x")], "task": ""},
        {"rounds": [("  ", 0.2, True, "")]}, {"rounds": [("A  b\t", 0.2, False, ""), ("c", 0.2, False, "")]},
        # A critic that uses one dict for all its answers.
        case(0.9, 0.5, 0.4, one_dict=True, **limits(3, 3)), case(0.5, 0.7, 0.6, one_dict=True),
        case(0.5, 0.7, 0.6, 0.1, one_dict=True, **limits(4, 2)), case(0.5, 0.4, one_dict=True),
        case(0.6, 0.7, 0.2, 0.65, 0.1, one_dict=True, **limits(5, 4)),
        case(0.1, 0.2, 0.3, one_dict=True), case(0.4, 0.2, ok=2, one_dict=True, **limits(2, 2)),
    ]  # fmt: skip


MOST = 40  # calls of a callable; more of them end a run that has no end


class Talk:
    """What generate and critique say in turn, and the calls of both, written down."""

    def __init__(self, rounds, one_dict=False, throw_in=None) -> None:
        self.rounds, self.one_dict, self.throw_in = rounds, one_dict, throw_in
        self.made = self.judged = 0
        self.calls: list[str] = []
        self.answer: dict = {}

    def generate(self, task, draft, feedback):
        self.calls.append(f"generate({task!r}, {draft!r}, {feedback!r})")
        self.made += 1
        return self._error("generate", self.made) or self._round(self.made)[0]

    def critique(self, task, draft):
        self.calls.append(f"critique({task!r}, {draft!r})")
        self.judged += 1
        error = self._error("critique", self.judged)
        if error:
            return error
        answer = dict(zip(("score", "ok", "feedback"), self._round(self.judged)[1:], strict=True))
        if not self.one_dict:
            return answer
        self.answer.update(answer)
        return self.answer

    def _round(self, number):
        if number > MOST:
            raise RuntimeError(f"round {number} of at most {len(self.rounds)}")
        beyond = ("a draft too many", 0.0, False, "a critique too many")
        return self.rounds[number - 1] if number <= len(self.rounds) else beyond

    def _error(self, who, number):
        error, where, when = self.throw_in or (None, None, None)
        return Throw(error) if (where, when) == (who, number) else None


@exercise.scenario
def result_and_calls(solution, rounds, one_dict=False, task=TASK, **limits) -> dict:
    talk = Talk(rounds, one_dict)
    result = solution(task, talk.generate, talk.critique, **limits)
    return {"result": result, "calls": talk.calls}


@exercise.law(examples=8)
def every_draft_is_judged_once(solution, rounds, max_rounds=3, patience=1):
    """A draft that nobody judges is paid for in vain."""
    talk = Talk(rounds)
    made = solution(TASK, talk.generate, talk.critique, max_rounds, patience)["rounds"]
    same([talk.made, talk.judged], [made, made], "Calls of generate and of critique, and `rounds`")
    at_most(made, max_rounds, "Rounds")


@exercise.law(examples=8)
def the_output_is_the_best_draft(solution, rounds, max_rounds=3, patience=1):
    """Unless the critic was content: then it is the draft that the critic was content with."""
    talk = Talk(rounds)
    result = solution(TASK, talk.generate, talk.critique, max_rounds, patience)
    judged = rounds[: result["rounds"]]
    top = max(score for _, score, _, _ in judged)
    best = next(draft for draft, score, _, _ in judged if score == top)
    wanted = judged[-1][:2] if judged[-1][2] else (best, top)
    same((result["output"], result["score"]), wanted, "Output and score")


@exercise.law(examples=8)
def patience_for_all_rounds_never_gives_up(solution, rounds, max_rounds=3):
    """Of max_rounds rounds at most max_rounds - 1 make no progress: the first one does."""
    talk = Talk(rounds)
    result = solution(TASK, talk.generate, talk.critique, max_rounds, max_rounds)
    content = [number for number, (_, _, ok, _) in enumerate(rounds, 1) if ok]
    wanted = [content[0], "ok"] if content else [max_rounds, "max_rounds"]
    same([result["rounds"], result["stop"]], wanted, "With patience = max_rounds, rounds and stop")


def limits_below_one() -> list[dict]:
    pairs = [(0, 1), (-1, 1), (0, 3), (-5, 2), (1, 0), (3, 0), (1, -1), (5, -3), (0, 0), (-1, -1)]
    return [limits(*pair) for pair in pairs]


@exercise.law(edges=limits_below_one)
def limits_below_one_raise_before_anything_is_called(solution, max_rounds, patience):
    """Work that is thrown away has been paid for."""
    talk = Talk([("a", 0.5, False, "fix a"), ("b", 0.6, True, "fix b")])
    must_raise(ValueError, solution, TASK, talk.generate, talk.critique, max_rounds, patience)
    holds(not talk.calls, f"It raised ValueError, but first made the call {talk.calls[:1]}.")


def errors() -> list[dict]:
    kinds = (TimeoutError("slow"), ValueError("400"), KeyError("score"))
    kinds += (KeyboardInterrupt("stop"), SystemExit("stop"))
    return [
        {"who": who, "error": error, "in_round": number}
        for who in ("generate", "critique")
        for error in kinds
        for number in (1, 3)
    ]


@exercise.law(edges=errors, examples=24)
def what_they_raise_passes_through(solution, who, error, in_round):
    """A retry around the model needs its exceptions, and a person must be able to stop the run."""
    rounds = [("a", 0.5, False, "fix a"), ("b", 0.4, False, "fix b"), ("c", 0.6, True, "")]
    talk = Talk(rounds, throw_in=(error, who, in_round))
    result = outcome(solution, TASK, talk.generate, talk.critique, 5, 4)
    same(result.get("raised", "nothing"), f"{type(error).__name__}: {error}", "Raised")
    last = 2 * in_round - (who == "generate")
    same(len(talk.calls), last, f"Calls, the last of them that of {who} which raised")


STALE = """        if score > best_score:
            best, best_score, stale = draft, score, 0
        else:
            stale += 1
"""
GIVE_UP = """        if stale == patience:
            stop = "no_progress"
            break
"""
CONTENT = """        if ok:
            best, best_score, stop = draft, score, "ok"
            break
"""

exercise.mistake(
    "returns_last_draft",
    "You return the latest draft with its score. Return the one with the highest score.",
    swap={'{"output": best, "score": best_score,': '{"output": draft, "score": score,'},
)
exercise.mistake(
    "returns_last_draft_when_rounds_run_out",
    "When the rounds are used up you return the latest draft. Return the one with the highest score "
    "there too.",
    swap={
        '    return {"output"': (
            '    if stop == "max_rounds":\n'
            "        best, best_score = draft, score\n"
            '    return {"output"'
        )
    },
)
exercise.mistake(
    "best_draft_with_the_last_score",
    "You return the best draft with the latest score. Keep its own score with it.",
    swap={'"score": best_score,': '"score": score,'},
)
exercise.mistake(
    "last_draft_with_the_best_score",
    "You return the latest draft with the best score. Keep the best draft with its score.",
    swap={'{"output": best,': '{"output": draft,'},
)
exercise.mistake(
    "drafts_stripped",
    "You strip the drafts. They are handed on and returned as they are.",
    swap={"generate(task, draft, feedback)": "generate(task, draft, feedback).strip()"},
)
exercise.mistake(
    "whole_critique_handed_on",
    "You hand the whole critique on. generate gets the feedback alone, a str.",
    swap={'answer["ok"], answer["feedback"]': 'answer["ok"], answer'},
)
exercise.mistake(
    "feedback_dropped",
    "You never hand the feedback on, so each round has the same prompt.",
    swap={"generate(task, draft, feedback)": "generate(task, draft, None)"},
)
exercise.mistake(
    "draft_dropped",
    "You never hand the latest draft on, so feedback speaks of a text that generate does not see.",
    swap={"generate(task, draft, feedback)": "generate(task, None, feedback)"},
)
exercise.mistake(
    "empty_texts_at_the_start",
    'You start with "" for draft and feedback. The first call gets None and None.',
    swap={"draft, feedback = None, None": 'draft, feedback = "", ""'},
)
exercise.mistake(
    "empty_feedback_is_none",
    'You turn empty texts into None. A draft or feedback "" is handed on as it is.',
    swap={"generate(task, draft, feedback)": "generate(task, draft or None, feedback or None)"},
)
exercise.mistake(
    "all_feedback_joined",
    "You hand on the feedback of all rounds. Only that on the latest draft is asked for.",
    swap={
        'answer["ok"], answer["feedback"]': (
            'answer["ok"], "\\n".join(filter(None, [feedback, answer["feedback"]]))'
        )
    },
)
exercise.mistake(
    "revises_the_best",
    "You revise the best draft. The next draft is made from the latest one and its feedback.",
    swap={
        "generate(task, draft, feedback)": "generate(task, best, best_feedback)",
        "draft, feedback = None, None": "draft, feedback, best_feedback = None, None, None",
        "best, best_score, stale = draft, score, 0": (
            "best, best_score, best_feedback, stale = draft, score, feedback, 0"
        ),
    },
)
exercise.mistake(
    "best_draft_with_the_latest_feedback",
    "You hand on the best draft with the feedback on another one. The next draft is made from the "
    "latest draft and its feedback.",
    swap={"generate(task, draft, feedback)": "generate(task, best, feedback)"},
)
exercise.mistake(
    "critiques_task_not_draft",
    "You give the critic the task as the draft. Call critique(task, draft).",
    swap={"critique(task, draft)": "critique(task, task)"},
)
exercise.mistake(
    "critique_arguments_swapped",
    "You call critique(draft, task). The task comes first.",
    swap={"critique(task, draft)": "critique(draft, task)"},
)
exercise.mistake(
    "one_generate_too_many",
    "You make one more draft after the last critique, which nobody judges. Look whether to stop "
    "before you make the next draft.",
    swap={
        "    draft, feedback = None, None\n": "    draft = generate(task, None, None)\n",
        "        draft = generate(task, draft, feedback)\n": "",
        GIVE_UP: GIVE_UP + "        draft = generate(task, draft, feedback)\n",
    },
)
exercise.mistake(
    "equal_score_is_progress",
    "You take an equal score for progress, and keep the later of equal drafts. Only a higher score "
    "is progress.",
    swap={"if score > best_score:": "if score >= best_score:"},
)
exercise.mistake(
    "latest_of_equal_drafts",
    "Of drafts with the same highest score you return the latest. Return the earliest.",
    swap={
        "            stale += 1\n": "            stale += 1\n            best = draft if score == best_score else best\n"
    },
)
exercise.mistake(
    "equal_score_does_not_count",
    "You give up only on scores below the best. An equal score is no progress either.",
    swap={"            stale += 1\n": "            stale += score < best_score\n"},
)
exercise.mistake(
    "compared_with_the_round_before",
    "You compare each score with that of the round before. Progress means higher than the best of "
    "all rounds before.",
    swap={
        STALE: "        stale = 0 if made == 1 or score > before else stale + 1\n"
        "        before = score\n"
        "        if score > best_score:\n"
        "            best, best_score = draft, score\n"
    },
)
exercise.mistake(
    "starts_from_score_0",
    "Your best score starts at 0, so scores of 0 or below are never the best and make no progress.",
    swap={"best, best_score = None, -math.inf": "best, best_score = None, 0.0"},
)
exercise.mistake(
    "starts_from_score_minus_1",
    "Your best score starts at -1, so scores of -1 or below are never the best and make no progress.",
    swap={"best, best_score = None, -math.inf": "best, best_score = None, -1.0"},
)
exercise.mistake(
    "score_0_taken_for_none",
    "You take a best score of 0 for none yet, perhaps by `not best_score`. 0 is a score like others.",
    swap={
        "best, best_score = None, -math.inf": "best, best_score = None, None",
        "if score > best_score:": "if not best_score or score > best_score:",
    },
)
exercise.mistake(
    "empty_draft_taken_for_none",
    'You take a best draft "" for none yet, perhaps by `not best`. It is a draft like others.',
    swap={"if score > best_score:": "if not best or score > best_score:"},
)
exercise.mistake(
    "small_progress_ignored",
    "You ask for more than a little progress. Any higher score is progress.",
    swap={"if score > best_score:": "if score > best_score + 0.001:"},
)
exercise.mistake(
    "first_round_is_no_progress",
    "You count the first round as one without progress. It always makes progress.",
    swap={
        "made, stale = 0, 0": "made, stale = 0, 1",
        "score, 0\n": "score, 0 if made > 1 else 1\n",
    },
)
exercise.mistake(
    "stale_never_reset",
    "You count all rounds without progress; only those in a row count. Set the counter back to 0 "
    "when the score rises.",
    swap={"best, best_score, stale = draft, score, 0": "best, best_score = draft, score"},
)
exercise.mistake(
    "patience_one_too_many",
    "You stop one round too late: with patience=1 the first round without progress ends it.",
    swap={"if stale == patience:": "if stale > patience:"},
)
exercise.mistake(
    "patience_ignored",
    "You stop at the first round without progress whatever the patience is.",
    swap={"if stale == patience:": "if stale == 1:"},
)
exercise.mistake(
    "never_gives_up",
    "You always use all rounds up. Stop after `patience` rounds in a row without progress.",
    swap={"if stale == patience:": "if False:"},
)
exercise.mistake(
    "no_progress_told_as_max_rounds",
    "Where patience and rounds run out together you report max_rounds. Progress is looked at first.",
    swap={"if stale == patience:": "if stale == patience and made < max_rounds:"},
)
exercise.mistake(
    "ok_ignored",
    "You never look at ok. A critique that is ok ends the loop.",
    swap={"        if ok:": "        if False:"},
)
exercise.mistake(
    "ok_only_with_progress",
    "You look at ok only where the score has risen. A critique that is ok ends the loop, whatever the "
    "score.",
    swap={"        if ok:": "        if ok and score > best_score:"},
)
exercise.mistake(
    "high_score_taken_for_ok",
    "You stop at a score of 1. Only ok means ok; scores may have any size.",
    swap={"        if ok:": "        if ok or score >= 1:"},
)
exercise.mistake(
    "ok_returns_the_best",
    "On ok you return the draft with the best score. Return the one that is ok, with its score.",
    swap={
        CONTENT: "        if ok:\n"
        "            if score > best_score:\n"
        "                best, best_score = draft, score\n"
        '            stop = "ok"\n'
        "            break\n"
    },
)
exercise.mistake(
    "ok_with_the_best_score",
    "On ok you return the highest score of all rounds. Return that of the draft which is ok.",
    swap={
        'best, best_score, stop = draft, score, "ok"': (
            'best, best_score, stop = draft, max(score, best_score), "ok"'
        )
    },
)
exercise.mistake(
    "ok_after_progress",
    "You look at progress before ok. A draft that is ok ends the loop with ok, even where its score "
    "is no progress.",
    swap={CONTENT: "", STALE: STALE, GIVE_UP: GIVE_UP + CONTENT},
)
exercise.mistake(
    "ok_in_the_last_round_missed",
    "In the last round you do not look at ok any more and report max_rounds. Look at ok first.",
    swap={"        if ok:": "        if ok and made < max_rounds:"},
)
exercise.mistake(
    "one_round_too_few",
    "You make one round less than max_rounds.",
    swap={"while made < max_rounds": "while made < max(1, max_rounds - 1)"},
)
exercise.mistake(
    "max_rounds_counts_revisions",
    "You do not count the first draft. max_rounds is the number of all drafts.",
    swap={"while made < max_rounds": "while made <= max_rounds"},
)
exercise.mistake(
    "other_default_patience",
    "patience is 1 where none is given.",
    swap={"patience: int = 1": "patience: int = 2"},
)
exercise.mistake(
    "other_default_max_rounds",
    "max_rounds is 3 where none is given.",
    swap={"max_rounds: int = 3": "max_rounds: int = 5"},
)
exercise.mistake(
    "rounds_counted_from_0",
    "Your `rounds` is one too low: it counts the drafts, the first one too.",
    swap={'"rounds": made,': '"rounds": made - 1,'},
)
exercise.mistake(
    "keeps_the_critics_dict",
    "You keep the critic's dict and read the best score from it later. The critic may have written "
    "its next answer into it: take out what you need at once.",
    swap={
        "best, best_score = None, -math.inf": 'best, kept = None, {"score": -math.inf}',
        'best, best_score, stop = draft, score, "ok"': 'best, kept, stop = draft, answer, "ok"',
        "if score > best_score:": 'if score > kept["score"]:',
        "best, best_score, stale = draft, score, 0": "best, kept, stale = draft, answer, 0",
        '"score": best_score,': '"score": kept["score"],',
    },
)
exercise.mistake(
    "catches_exceptions",
    "You catch what generate or critique raises. It passes through: only the caller knows whether "
    "to retry.",
    swap={
        "        answer = critique(task, draft)\n": (
            "        try:\n            answer = critique(task, draft)\n"
            "        except Exception:\n            break\n"
        ),
        "        draft = generate(task, draft, feedback)\n": (
            "        try:\n            draft = generate(task, draft, feedback)\n"
            "        except Exception:\n            break\n"
        ),
    },
)
exercise.mistake(
    "max_rounds_not_checked",
    "You never check max_rounds. Below 1 raise ValueError before anything is called.",
    swap={
        "if max_rounds < 1:": "if False:",
        "while made < max_rounds": "while made < max(1, max_rounds)",
    },
)
exercise.mistake(
    "patience_not_checked",
    "You never check patience. Below 1 raise ValueError before anything is called.",
    swap={"if patience < 1:": "if False:", "if stale == patience:": "if stale >= patience:"},
)
exercise.mistake(
    "limits_checked_after_the_first_draft",
    "You call generate before you check the limits. Check them first.",
    swap={
        "    if max_rounds < 1:": "    if min(max_rounds, patience) < 1:\n        generate(task, None, None)\n    if max_rounds < 1:"
    },
)

exercise.walkthrough(r"""
## Where it comes from

Judging a text is often easier than writing it, for models as for people. Self-Refine (Madaan et al.
2023) makes use of that: a model writes a draft, the same model writes what is wrong with it, and
writes the draft anew with draft and criticism in front of it; nothing is trained. On tasks such as
making code readable or finding an acronym, drafts got better round by round, the first rounds
bringing most of it.

It does not always help. Where the critic knows no more than the writer, as in reasoning without
tools or tests, revising often gains nothing, and a right draft may be talked into a wrong one
(Huang et al. 2023, arXiv:2310.01798). And nobody tells the loop when to end. So this exercise is
less about the two calls than about the bookkeeping around them: three reasons to stop, in a fixed
order, and the best draft instead of the last.

## By hand

Four drafts with the scores 4, 6, 5 and 7. A round makes progress if its score is higher than *all*
before it.

| round | score | best so far | progress | in a row without |
|---|---|---|---|---|
| 1 | 4 | 4 | yes | 0 |
| 2 | 6 | 6 | yes | 0 |
| 3 | 5 | 6 | no | 1 |
| 4 | 7 | 7 | yes | 0 |

With patience 1 it ends after round 3, with draft 2 and its score of 6; draft 4 is never written.
With patience 2 the fourth is made, and it is the best. And if the critic calls draft 3 ok, draft 3
it is, with its 5, although draft 2 had more: ok means that the task is done, a score only compares.

```python
from grader.notebook import reference

refine = reference("agent/reflect")


def outcome(scores, ok=(), **limits):
    names = iter(f"draft {i + 1}" for i in range(len(scores)))
    judged = {
        f"draft {i + 1}": {"score": score, "ok": i + 1 in ok, "feedback": "Shorter."}
        for i, score in enumerate(scores)
    }
    write = lambda task, draft, feedback: next(names)
    return refine("Name a tea.", write, lambda task, draft: judged[draft], **limits)


scores = [4.0, 6.0, 5.0, 7.0]
{
    "patience 1": outcome(scores, max_rounds=4),
    "patience 2": outcome(scores, max_rounds=4, patience=2),
    "3 is ok": outcome(scores, max_rounds=4, ok=[3]),
}
```

## A picture

Twelve rounds in which drafts improve slowly and the critic is not sure of itself. The best so far
is flat where no progress is made. The dashed lines stand where a patience of 1, 2 and 3 gives up.

```python
import random

from grader.notebook import curve

dice = random.Random(4)
scores = [0.3 * i + dice.gauss(0, 1) for i in range(12)]
best = [max(scores[: i + 1]) for i in range(12)]
picture = curve(
    {"score of the round": scores, "best so far": best},
    x=range(1, 13),
    title="When patience ends",
    across="round",
    up="score",
)
for patience in (1, 2, 3):
    end = outcome(scores, max_rounds=12, patience=patience)["rounds"]
    picture.axes.axvline(end, color="grey", linestyle="--")
    picture.axes.text(end + 0.1, min(scores), str(patience))
picture
```

## Traps

**The last is the best.** After all that work the latest draft is the one at hand, and when the
scores rise every time it is the right one. Scores that rise every time are what examples have.

{{trap: returns_last_draft}}

**Progress since when?** Comparing with the round before instead of the best of all makes a zigzag
look like a climb: after 6 and 5 a second 6 counts as progress, and the loop may go up and down
until the rounds are used up. Scores that only rise, or only fall, do not tell the two apart.

{{trap: compared_with_the_round_before}}

**Counting all failures.** A counter that is never set back ends a run which has just made progress.
With patience 1 it makes no difference, and 1 is the default.

{{trap: stale_never_reset}}

## What it costs

Two calls a round. And there is a subtler price: what is returned was chosen *because* its score was
high. Below, drafts that do not improve at all, with a quality drawn anew each time (0 on average),
and a critic whose score is that quality plus as much noise. A draft's text is its quality, so that
it can be looked up afterwards; each point is the mean of 1,000 runs.

```python
def mean_of(rounds, runs=1000):
    dice, told, true = random.Random(0), 0.0, 0.0
    write = lambda task, draft, feedback: str(dice.gauss(0, 1))
    score = lambda draft: float(draft) + dice.gauss(0, 1)
    judge = lambda task, draft: {"score": score(draft), "ok": False, "feedback": ""}
    for _ in range(runs):
        result = refine("", write, judge, max_rounds=rounds, patience=rounds)
        told, true = told + result["score"], true + float(result["output"])
    return told / runs, true / runs


rounds = [1, 2, 3, 4, 6, 8]
told, true = zip(*map(mean_of, rounds), strict=True)
curve(
    {"score that is reported": told, "quality of that draft": true},
    x=rounds,
    title="Choosing by a critic who is not sure",
    across="rounds",
    up="mean over 1,000 runs",
)
```

Choosing helps, even without any improvement: it is the best of several drafts. But half of what the
score promises is noise that was chosen with it. A score from the loop is no measurement of the
result; for that, judge it once more.
""")
