"""What to do about an error.

Something in an agent's step failed. Trying the same again helps against a busy server, and never
against a wrong key; a broken tool call must be shown to the model, and a busy server must not. One
place should decide, and it is a table.

Write `decide(error, attempt, max_attempts)`. It returns a tuple `(category, action)`, two texts.

`error` is a dict `{"source": str, "status": int or None, "kind": str or None}`, always with these
three keys. What each source means, the first line that fits:

| source | status and kind | returns |
|---|---|---|
| "http" | status None (no answer came), 408, 425, 429, 500, 502, 503 or 504 | "transient", "retry" |
| "http" | status 401 or 403 | "auth", "escalate" |
| "http" | status 400 or 413, and kind "context_length" | "context", "shrink" |
| "http" | anything else | "logic", "abort" |
| "model" | kind "unknown_tool", "invalid_json" or "invalid_arguments" | "model", "repair" |
| "tool" | kind "timeout" or "unavailable" | "transient", "retry" |
| "tool" | any other kind, None too | "tool", "repair" |
| "policy" | any kind, None too | "policy", "escalate" |

- The list of statuses is exact: 501 and 529, for example, are "anything else", and so is 0, a
  number and not None. 400 and 413 with another kind are, too.
- The status is looked at only for the source "http". The kind of a "http" error is looked at only
  for the statuses 400 and 413.
- Texts are compared exactly: "HTTP" is no source of the table, and "context_length_exceeded" is
  another kind than "context_length".
- A source that is not in the table raises ValueError, at every attempt.
- `attempt` counts the tries that were made, the failed one included: it is 1 after the first. When
  attempt >= max_attempts, the actions "retry", "repair" and "shrink" become "give_up". The category
  stays. "escalate" and "abort" are the same at every attempt.

attempt and max_attempts are at least 1, and a "model" error has no other kinds than those three.
`error` is not changed.

Example: {"source": "http", "status": 503, "kind": None} gives ("transient", "retry") for attempt 1
and 2 of max_attempts 3, and ("transient", "give_up") for attempt 3 and 4. With status 403 it is
("auth", "escalate") every time.
"""

from typing import Any

from grader.words import Draw, Exercise, must_raise, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=15,
    needs=("agent/retry",),
    source="RFC 9110, section 15 (status codes); RFC 6585, section 4 (429); RFC 8470, section 5.2 (425)",
    hints=(
        "Two questions that do not depend on each other: what kind of trouble is it, and are there "
        "tries left? Answer the first as if there were always tries left.",
        "Go through the table from top to bottom, one source at a time, and let what fits nowhere "
        "raise. Only then look at attempt.",
        "Write the statuses as a set that also holds None; ranges such as 500 to 599 hold too many. "
        "attempt equal to max_attempts means that no try is left.",
    ),
    ask=(
        (
            "Is it the logic, the model or the data: how do you tell from a trace?",
            "Replay the step. The same failure with a recorded reply of the model is logic or data; "
            "another reply that works points at the model; another input that works at the data.",
        ),
        (
            "What does the user see when you give up?",
            "What was done, what was not, and whether anything has to be undone; with an id that "
            "finds the trace. Never a made-up answer, and no raw stack trace.",
        ),
        (
            "Why not let the model handle every error?",
            "It costs a call, fills the context, and the model can do nothing about a 503 or a "
            "missing key. Show it what it can repair: its own calls and what tools say of them.",
        ),
    ),
)


def classify(source: str, status: int | None, kind: str | None) -> tuple[str, str]:
    """The category of an error, and what to do about it while there are tries left."""
    if source == "http":
        if status in (None, 408, 425, 429, 500, 502, 503, 504):
            return "transient", "retry"  # the same request may well succeed later
        if status in (401, 403):
            return "auth", "escalate"  # a person has to give or renew a permission
        if status in (400, 413) and kind == "context_length":
            return "context", "shrink"
        return "logic", "abort"  # the request itself is wrong, and so is the code that made it
    if source == "model":
        return "model", "repair"  # show the model its error
    if source == "tool":
        if kind in ("timeout", "unavailable"):
            return "transient", "retry"  # nothing the model could do about it
        return "tool", "repair"
    if source == "policy":
        return "policy", "escalate"
    raise ValueError(f"unknown source {source!r}")


@exercise.solution
def decide(error: dict, attempt: int, max_attempts: int) -> tuple[str, str]:
    """(category, action) for an error after `attempt` tries of `max_attempts`."""
    category, action = classify(error["source"], error["status"], error["kind"])
    no_try_left = attempt >= max_attempts
    if no_try_left and action in ("retry", "repair", "shrink"):
        action = "give_up"
    return category, action


KINDS = {
    "http": (None, "context_length", "rate_limit", "timeout", "context_length_exceeded"),
    "model": ("unknown_tool", "invalid_json", "invalid_arguments"),
    "tool": (
        "timeout",
        "unavailable",
        None,
        "exception",
        "context_length",
        "read_timeout",
        "rate_limit",
    ),
    "policy": (None, "blocked", "timeout", "context_length", "invalid_json"),
}
RETRIED = (None, 408, 425, 429, 500, 502, 503, 504)
OTHERS = (
    400, 401, 403, 404, 402, 407, 409, 410, 413, 418, 422, 499, 501, 505, 507, 511, 520, 529, 302,
)  # fmt: skip


def error_of(source, status=None, kind=None) -> dict[str, Any]:
    return {"source": source, "status": status, "kind": kind}


@exercise.inputs
def errors(draw: Draw) -> dict:
    source = draw.choice("http", "model", "tool", "policy")
    statuses = (*RETRIED, *OTHERS) if source == "http" else (None, None, 429, 503, 403, 400)
    error = error_of(source, draw.choice(*statuses), draw.choice(*KINDS[source]))
    most = draw.choice(3, 1, 2, 4, 5)
    return {"error": error, "attempt": draw.size(1, 5), "max_attempts": most}


@exercise.edges
def every_line_of_the_table() -> list[dict]:
    tries = ((1, 4), (3, 4), (4, 4))  # attempt and max_attempts
    found = [
        (error_of("http", status), *counts) for status in (*RETRIED, *OTHERS) for counts in tries
    ]
    found += [
        (error_of("http", status, "context_length"), *counts)
        for status in (400, 413)
        for counts in (*tries, (1, 1), (5, 4))
    ]
    found += [
        (error_of("http", status, kind), *tries[i % 3])
        for i, status in enumerate((None, 401, 403, 404, 408, 409, 422, 429, 500, 501, 503))
        for kind in ("context_length", "timeout")
    ]
    found += [
        (error_of("http", status, kind), *tries[i % 3])
        for kind in ("context_length_exceeded", "rate_limit")
        for i, status in enumerate((400, 413, 400, 413))
    ]
    found += [
        (error_of(source, None, kind), *counts)
        for source in ("model", "tool", "policy")
        for kind in KINDS[source]
        for counts in tries
    ]
    found += [
        (error_of(source, status, kind), *tries[i % 3])
        for i, status in enumerate((429, 503, 401, 400, 404))
        for source, kind in (("model", "invalid_json"), ("tool", "exception"), ("policy", "blocked"),
                             ("tool", "timeout"), ("tool", "context_length"))
    ]  # fmt: skip
    found += [
        (error_of("tool", None, kind), *tries[0]) for kind in ("connect_timeout", "timeout_error")
    ]
    found += [
        (error_of("http", 0, kind), *counts)
        for kind in ("rate_limit", "timeout")
        for counts in tries
    ]
    found += [(error_of("http", 503), *counts) for counts in ((1, 1), (2, 1), (9, 3), (2, 3))]
    return [dict(zip(("error", "attempt", "max_attempts"), case, strict=True)) for case in found]


@exercise.scenario
def the_decision(solution, error, attempt, max_attempts) -> dict:
    return {
        "decision": repr(solution(error, attempt, max_attempts))
    }  # both parts are shown at once


@exercise.rig
def decisions(solution, cases):
    """Many decisions in one request."""
    return [solution(dict(error), attempt, most) for error, attempt, most in cases]


@exercise.law(examples=8)
def only_retry_repair_and_shrink_run_out(solution, error, max_attempts):
    """Each costs a try. Asking a person, or stopping, does not, and is right at any time."""
    tries = range(1, max_attempts + 3)
    cases = [(error, attempt, max_attempts) for attempt in tries]
    first, *found = decisions(solution, [(error, 1, 1000), *cases])
    ends = "give_up" if first[1] in ("retry", "repair", "shrink") else first[1]
    want = [(first[0], ends if attempt >= max_attempts else first[1]) for attempt in tries]
    same(found, want, f"For attempt 1 to {max_attempts + 2}, against attempt 1 of 1000")


def ranges() -> list[dict]:
    return [
        {"statuses": list(range(first, first + 20)), "kind": kind}
        for first in range(400, 600, 20)
        for kind in (None, "context_length", "rate_limit")
    ]


@exercise.law(edges=ranges, examples=30)
def no_other_status_is_retried(solution, statuses, kind):
    """The same request gets the same 404 again; only a few statuses speak of a passing state."""
    found = decisions(solution, [(error_of("http", status, kind), 1, 9) for status in statuses])
    retried = [s for s, way in zip(statuses, found, strict=True) if way[1] == "retry"]
    same(
        retried,
        [s for s in statuses if s in RETRIED],
        f"Retried, of {statuses[0]} to {statuses[-1]}",
    )


def elsewhere() -> list[dict]:
    sources = ("model", "tool", "policy")
    return [{"source": source, "kind": kind} for source in sources for kind in KINDS[source]]


@exercise.law(edges=elsewhere)
def the_status_counts_for_http_alone(solution, source, kind):
    """A status that a tool met on its way says nothing about the request to the model."""
    statuses = (None, *RETRIED[1:], *OTHERS)
    found = decisions(solution, [(error_of(source, status, kind), 1, 3) for status in statuses])
    got = dict(zip(map(str, statuses), found, strict=True))
    same(got, dict.fromkeys(got, found[0]), "By status, against no status")


@exercise.law(edges=lambda: [{"status": s} for s in (None, 401, 403, 404, 422, 429, 500, 501, 503)])
def the_kind_of_another_status_does_not_count(solution, status):
    """A 429 whose text speaks of the context is a 429; asking with less text is refused as well."""
    kinds = KINDS["http"]
    found = decisions(solution, [(error_of("http", status, kind), 1, 3) for kind in kinds])
    got = dict(zip(map(str, kinds), found, strict=True))
    same(got, dict.fromkeys(got, found[0]), "By kind, against no kind")


def unknown() -> list[dict]:
    errors = [
        error_of("network"), error_of("HTTP", 503), error_of("", 429), error_of("tools", None, "timeout"),
        error_of("database", None, "unavailable"), error_of("Policy"), error_of("user", 400),
    ]  # fmt: skip
    tries = ((1, 3), (3, 3), (9, 3), (1, 1))
    return [{"error": error, "attempt": n, "max_attempts": m} for error in errors for n, m in tries]


@exercise.law(edges=unknown)
def an_unknown_source_raises_value_error(solution, error, attempt, max_attempts):
    """A source nobody thought of is a bug of the program, and a guess would hide it."""
    must_raise(ValueError, solution, error, attempt, max_attempts)


exercise.mistake(
    "retries_all_5xx",
    "You retry every 5xx. 501 (not implemented) and others do not pass with time: of the 5xx only "
    "500, 502, 503 and 504 are retried.",
    swap={
        "status in (None, 408, 425, 429, 500, 502, 503, 504)": (
            "status in (None, 408, 425, 429) or status >= 500"
        )
    },
)
exercise.mistake(
    "retries_every_http_error",
    "You retry every http error that is no 401 or 403. A wrong request stays wrong: abort.",
    swap={'return "logic", "abort"': 'return "transient", "retry"'},
)
exercise.mistake(
    "retries_529",
    "You retry 529 as well. The list of the statement is exact, and 529 is not on it.",
    swap={"503, 504)": "503, 504, 529)"},
)
exercise.mistake(
    "retries_409",
    "You retry 409. A conflict does not go away by sending the same again: abort.",
    swap={"(None, 408, 425, 429": "(None, 408, 409, 425, 429"},
)
exercise.mistake(
    "429_is_client_error",
    "You abort on 429. It is a 4xx, but it says: later. Retry.",
    swap={"425, 429, 500": "425, 500"},
)
exercise.mistake(
    "408_is_client_error",
    "You abort on 408. It is a 4xx, but the server only waited too long for the request: retry.",
    swap={"(None, 408, 425": "(None, 425"},
)
exercise.mistake(
    "425_is_client_error",
    "You abort on 425. It is a 4xx, but it says: too early. Retry.",
    swap={"408, 425, 429": "408, 429"},
)
exercise.mistake(
    "500_aborts",
    "You abort on 500. Most internal errors pass: retry.",
    swap={"429, 500, 502": "429, 502"},
)
exercise.mistake(
    "504_aborts",
    "You abort on 504. The server behind the gateway was slow: retry.",
    swap={"503, 504)": "503)"},
)
exercise.mistake(
    "4xx_is_never_retried",
    "You abort on every 4xx but 401 and 403. 408, 425 and 429 pass with time: retry these.",
    swap={"(None, 408, 425, 429, 500": "(None, 500"},
)
exercise.mistake(
    "no_answer_aborts",
    "You take a missing status for a logic error. It means that no answer came at all: transient, "
    "retry.",
    swap={"(None, 408,": "(408,"},
)
exercise.mistake(
    "zero_is_no_answer",
    'You take the status 0 for None. Only None means that no answer came; 0 is "anything else".',
    swap={"if status in (None, 408,": "if not status or status in (408,"},
)
exercise.mistake(
    "retries_auth",
    "You retry 401 and 403. The key does not become right by itself, and many failures lock it: "
    "escalate.",
    swap={'return "auth", "escalate"': 'return "auth", "retry"'},
)
exercise.mistake(
    "auth_aborts",
    "You treat 401 and 403 as logic errors. The code is right and a permission is missing: auth, "
    "escalate.",
    swap={"status in (401, 403)": "status in ()"},
)
exercise.mistake(
    "403_aborts",
    "You treat 403 as a logic error; it is auth, escalate, like 401.",
    swap={"(401, 403)": "(401,)"},
)
exercise.mistake(
    "context_length_retry",
    "You retry when the context is too long. The same text is too long again: shrink.",
    swap={'return "context", "shrink"': 'return "context", "retry"'},
)
exercise.mistake(
    "context_length_aborts",
    "You abort when the context is too long. That one can be helped: 400 or 413 with kind "
    '"context_length" is context, shrink.',
    swap={' and kind == "context_length"': " and False"},
)
exercise.mistake(
    "413_aborts",
    'You look for "context_length" in 400 only; a 413 with that kind is shrunk as well.',
    swap={"(400, 413)": "(400,)"},
)
exercise.mistake(
    "400_with_any_kind_shrinks",
    "You shrink on every 400 and 413. Most of them are simply wrong requests: only with the kind "
    '"context_length".',
    swap={' and kind == "context_length"': ""},
)
exercise.mistake(
    "413_always_shrinks",
    'You shrink on every 413. The kind must be "context_length", as for 400.',
    swap={
        'status in (400, 413) and kind == "context_length"': (
            'status == 413 or (status == 400 and kind == "context_length")'
        )
    },
)
exercise.mistake(
    "other_statuses_shrink",
    'You shrink on other statuses too when the kind is "context_length": only on 400 and 413.',
    swap={'status in (400, 413) and kind == "context_length"': 'kind == "context_length"'},
)
exercise.mistake(
    "kind_by_its_beginning",
    'You look for the text "context_length" within the kind. Kinds are compared exactly.',
    swap={'kind == "context_length"': '"context_length" in (kind or "")'},
)
exercise.mistake(
    "tool_kind_by_its_end",
    'You look for the text "timeout" within the kind of a tool. Kinds are compared exactly.',
    swap={
        'if kind in ("timeout", "unavailable")': 'if kind == "unavailable" or "timeout" in (kind or "")'
    },
)
exercise.mistake(
    "407_is_auth",
    "You take 407 for auth. In the table only 401 and 403 are.",
    swap={"(401, 403)": "(401, 403, 407)"},
)
exercise.mistake(
    "kind_before_status",
    'You shrink whatever has the kind "context_length". It counts for the statuses 400 and 413 alone.',
    swap={
        "        if status in (None, 408": (
            '        if kind == "context_length":\n            return "context", "shrink"\n'
            "        if status in (None, 408"
        )
    },
)
exercise.mistake(
    "repair_transient",
    "You bother the model with a tool that timed out or is down. It can do nothing about that: "
    "transient, retry.",
    swap={'kind in ("timeout", "unavailable")': "False"},
)
exercise.mistake(
    "unavailable_is_repaired",
    'You retry a tool after "timeout" only; "unavailable" passes as well.',
    swap={'("timeout", "unavailable")': '("timeout",)'},
)
exercise.mistake(
    "retries_tool_errors",
    "You retry every error of a tool. The same arguments fail again: show the error to the model, "
    "which is repair.",
    swap={'return "tool", "repair"': 'return "transient", "retry"'},
)
exercise.mistake(
    "retries_model_error",
    "You retry a broken call of the model. The same prompt gives the same call: show it the error, "
    "which is repair.",
    swap={'return "model", "repair"': 'return "model", "retry"'},
)
exercise.mistake(
    "status_of_a_tool",
    "You look at the status of a tool's error too. The status counts for http alone.",
    swap={
        '        if kind in ("timeout", "unavailable"):': (
            '        if kind in ("timeout", "unavailable") or status in (408, 425, 429, 503):'
        )
    },
)
exercise.mistake(
    "policy_aborts",
    "You abort where a policy said no. A person may allow it: escalate.",
    swap={'return "policy", "escalate"': 'return "policy", "abort"'},
)
exercise.mistake(
    "off_by_one_attempts",
    "You give up one try too late: with attempt equal to max_attempts all tries are made.",
    swap={"attempt >= max_attempts": "attempt > max_attempts"},
)
exercise.mistake(
    "gives_up_at_the_last_try_only",
    "You give up only when attempt equals max_attempts, and go on beyond it. Ask whether it has "
    "reached max_attempts.",
    swap={"attempt >= max_attempts": "attempt == max_attempts"},
)
exercise.mistake(
    "attempts_from_zero",
    "You give up one try too early. attempt counts the tries made, from 1: at max_attempts - 1 there "
    "is one left.",
    swap={"attempt >= max_attempts": "attempt + 1 >= max_attempts"},
)
exercise.mistake(
    "never_gives_up",
    "You never give up; when attempt >= max_attempts, retry, repair and shrink become give_up.",
    swap={"attempt >= max_attempts": "False"},
)
exercise.mistake(
    "gives_up_retries_only",
    "You give up retries only. Repairing and shrinking can go on forever as well.",
    swap={'("retry", "repair", "shrink")': '("retry",)'},
)
exercise.mistake(
    "never_gives_up_shrinking",
    "You never give up shrinking. It costs a try as well.",
    swap={'("retry", "repair", "shrink")': '("retry", "repair")'},
)
exercise.mistake(
    "never_gives_up_repairing",
    "You never give up repairing. It costs a try as well.",
    swap={'("retry", "repair", "shrink")': '("retry", "shrink")'},
)
exercise.mistake(
    "gives_up_everything",
    "You turn escalate and abort into give_up too. They cost no try and stay what they are.",
    swap={' and action in ("retry", "repair", "shrink")': ""},
)
exercise.mistake(
    "aborts_become_give_up",
    "You turn abort into give_up too. Only retry, repair and shrink cost a try and run out.",
    swap={'("retry", "repair", "shrink")': '("retry", "repair", "shrink", "abort")'},
)
exercise.mistake(
    "gives_up_escalations",
    "You turn escalate into give_up too. A person can still help when all tries are made.",
    swap={'"repair", "shrink")': '"repair", "shrink", "escalate")'},
)
exercise.mistake(
    "category_lost_on_give_up",
    "You change the category when you give up. What kind of trouble it is stays the same.",
    swap={'        action = "give_up"': '        category, action = "give_up", "give_up"'},
)
exercise.mistake(
    "unknown_source_is_logic",
    "You return something for a source that does not exist; raise ValueError.",
    swap={'    raise ValueError(f"unknown source {source!r}")': '    return "logic", "abort"'},
)
exercise.mistake(
    "unknown_source_gives_up",
    "When the tries are made you do not look at the source any more. An unknown one raises "
    "ValueError at every attempt.",
    swap={
        '    category, action = classify(error["source"], error["status"], error["kind"])\n    no_try_left = attempt >= max_attempts\n': (
            "    no_try_left = attempt >= max_attempts\n"
            '    if no_try_left and error["source"] not in ("http", "model", "tool", "policy"):\n'
            '        return "logic", "give_up"\n'
            '    category, action = classify(error["source"], error["status"], error["kind"])\n'
        )
    },
)
exercise.mistake(
    "source_in_any_case",
    'You compare sources without regard to case. "HTTP" is an unknown source.',
    swap={'classify(error["source"],': 'classify(error["source"].lower(),'},
)
exercise.mistake(
    "returns_a_list",
    "You return a list; a tuple is asked for.",
    swap={"    return category, action": "    return [category, action]"},
)

exercise.walkthrough(r"""
## Where it comes from

A step of an agent can fail in four places: on the way to the model's server, in what the model
wrote, in a tool, and at a rule that forbids what it wants. The exceptions look alike. What helps
against them does not: a busy server needs time, a broken call needs to be shown to the model, a
prompt that is too long needs to be cut, a wrong key needs a person, and a bug needs a programmer.

Programs that grow without deciding this once have a `try` in each layer, each with a rule of its
own, and sooner or later one that retries a wrong password until the account is locked. So one
function decides, and what it knows is a table. It separates two questions that are easily mixed up:
*what kind of trouble is it*, which depends on the error alone, and *what is to be done now*, which
depends on how many tries are left as well.

The statuses are not a matter of taste. RFC 9110, section 15, says what each means; 429, too many
requests, came with RFC 6585, and 425, too early, with RFC 8470.

## By hand

Six errors, each after the first and after the third of three tries. First the row of the table,
then the tries:

| error | category | attempt 1 | attempt 3 |
|---|---|---|---|
| http 503 | transient | retry | give_up |
| http 401 | auth | escalate | escalate |
| http 400, context_length | context | shrink | give_up |
| http 400, anything else | logic | abort | abort |
| model, invalid_json | model | repair | give_up |
| tool, timeout | transient | retry | give_up |

What costs a try can run out of tries. Asking a person and stopping cost none.

```python
from grader.notebook import reference

decide = reference("agent/classify_error")
errors = [
    ("http", 503, None),
    ("http", 401, None),
    ("http", 400, "context_length"),
    ("http", 400, "bad_request"),
    ("model", None, "invalid_json"),
    ("tool", None, "timeout"),
]


def decided(attempt, source, status, kind):
    return decide({"source": source, "status": status, "kind": kind}, attempt, max_attempts=3)


[(error, decided(1, *error), decided(3, *error)[1]) for error in errors]
```

The last row shows that the category is no other name for the source: a tool that timed out is as
little the model's business as a server that is down.

## A picture

What each status of an `http` error leads to at the first try, the kind being None. The row "retry"
is the list one has to know; note what stands between its members. 500 is retried and 501, *not
implemented*, is not: a server that lacks something will lack it in a second as well.

```python
from grader.notebook import show

statuses = [None, 400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 500, 501, 502, 503, 504, 529]
actions = ["retry", "escalate", "abort"]
show(
    [[decided(1, "http", s, None)[1] == action for s in statuses] for action in actions],
    rows=actions,
    columns=["none" if s is None else str(s) for s in statuses],
)
```

The column "none" is no status at all: the connection broke before an answer came.

## Traps

**Retrying what is refused.** 401 and 403 look like other answers that may be different next time.
They will not be, and many services count failures and lock the key. Tests against a fake server
that answers 200 the second time pass.

{{trap: retries_auth}}

**Ranges.** `status >= 500` is shorter than a list, and a retry "to be safe" on all that is no 401
or 403 is shorter still. A request that is wrong is then sent again and again, with growing waits,
until somebody wonders why a typing error takes a minute to be reported.

{{trap: retries_every_http_error}}

**One try too many.** Is `attempt` the number of tries made, or of those before this one? With `>`
where `>=` is meant, everything works and each failure costs one call more than agreed. No test
without the exact number finds it.

{{trap: off_by_one_attempts}}

## What it costs

A wrong row is paid in calls. Say that a transient error is over at the second try, that a model
repairs its call when it is told, that a prompt fits once it is cut, and that all else stays as it
is. One error of each kind, with up to five tries:

| | 503 | 401 | 400 | invalid_json | context_length | in all |
|---|---|---|---|---|---|---|
| everything is retried | 2 | 5 | 5 | 5 | 5 | 22 |
| by the table | 2 | 1 | 1 | 2 | 2 | 8 |

And in the upper row only the first of the five has ended well.
""")
