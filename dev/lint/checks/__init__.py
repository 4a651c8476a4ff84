"""One module per check; each has `check(root)` and returns the problems it found."""
