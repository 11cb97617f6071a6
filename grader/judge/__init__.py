"""The judge: it knows the pages, draws the cases, compares the answers and says what is wrong."""
