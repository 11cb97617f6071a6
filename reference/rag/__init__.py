"""Pages of one track; see CONTRIBUTING.md for how a page is written."""
