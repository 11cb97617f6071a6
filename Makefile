# On Windows: py bootstrap.py drill, and so on.
PYTHON ?= python3

.PHONY: drill test bench lint format types setup

drill test bench lint format types setup:
	@$(PYTHON) bootstrap.py $@
