"""Networks as lists of stages, and what is common to running any such list."""
