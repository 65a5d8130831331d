"""What an edit of a rubric would change, from stored reports and without running student code."""
