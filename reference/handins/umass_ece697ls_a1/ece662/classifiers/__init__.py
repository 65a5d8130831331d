"""The networks of the assignment."""
