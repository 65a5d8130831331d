"""Layers, update rules and networks of assignment 1."""
