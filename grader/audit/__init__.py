"""What wrong solutions a rubric lets pass: mutants, misconceptions and canaries are put to it."""
