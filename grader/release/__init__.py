"""What a course gives away: a student's copy of an assignment, and bundles for platforms."""
