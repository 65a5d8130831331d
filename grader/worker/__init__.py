"""The process that runs a hand-in, and the grader's end of it."""
