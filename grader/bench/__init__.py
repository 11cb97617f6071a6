"""The bench: where the learner's code runs, in a process of its own, and the way there and back.

Nothing in here knows an exercise, an expected value or a seed; `host`, `bans`, `limits` and
`zygote` are all that a learner's process ever loads of the grader.
"""
