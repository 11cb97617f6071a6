"""The daily loop: `drill` alone, and `drill start`."""
