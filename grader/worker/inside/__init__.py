"""What runs inside the worker process. Nothing here imports any other part of the grader."""
