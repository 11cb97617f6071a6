# agent/reflect · level 2 · 15 minutes · all assistance off
# Grade it: drill grade agent/reflect   or   pytest exercises/agent/reflect.py
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


def refine(task: str, generate, critique, max_rounds: int = 3, patience: int = 1) -> dict:
    """Drafts and critiques until ok, until the scores stop rising, or for max_rounds rounds.

    Gives {"output": str, "score": float, "rounds": int, "stop": "ok" | "no_progress" |
    "max_rounds"}. ValueError if max_rounds < 1 or patience < 1.
    """
    raise NotImplementedError
