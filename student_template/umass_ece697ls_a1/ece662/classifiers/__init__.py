"""The networks of assignment 1."""
