"""The pages: one file per exercise, `<track>/<exercise>.py`, and the only source of truth for it."""

TRACKS = ("attention", "decoding", "training", "rag", "agent")  # in the order of learning
