"""The words a page is written in. A page imports from here and from nowhere else in the grader."""

from grader.words import chat
from grader.words.chance import follows
from grader.words.draw import Draw, grid, noise, shaped
from grader.words.exercise import AUTOGRAD, FUSED_ATTENTION, Exercise
from grader.words.expect import at_most, holds, must_raise, outcome, same, skip
from grader.words.given import Function, Model, Opaque, Random, Rng, Script, Throw, prefix_model
from grader.words.subject import gradients, traced

__all__ = [
    "AUTOGRAD",
    "FUSED_ATTENTION",
    "Draw",
    "Exercise",
    "Function",
    "Model",
    "Opaque",
    "Random",
    "Rng",
    "Script",
    "Throw",
    "at_most",
    "chat",
    "follows",
    "gradients",
    "grid",
    "holds",
    "must_raise",
    "noise",
    "outcome",
    "prefix_model",
    "same",
    "shaped",
    "skip",
    "traced",
]
