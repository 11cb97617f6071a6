"""`drill mock`: an interview on a clock, in a terminal or by plain commands, and its report."""
