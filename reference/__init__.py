"""Reference implementations of the layers, optimizers and networks that the assignments ask for.

Everything here is NumPy only, takes its inputs and its randomness as arguments, and knows
nothing of hand-ins, rubrics or grading.
"""
