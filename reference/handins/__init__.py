"""Complete hand-ins, one folder for each assignment, built from the reference layers."""
