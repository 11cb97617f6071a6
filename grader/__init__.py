"""Unaided: from-scratch ML drills, graded. The package behind the `drill` command."""

__version__ = "0.1.0"
