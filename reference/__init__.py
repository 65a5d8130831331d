"""Reference implementations of the layers, optimizers and networks that the assignments ask for.

What students write in NumPy is NumPy only, and what they write in PyTorch or TensorFlow uses that.
Everything takes its inputs and its randomness as arguments, and knows nothing of hand-ins, rubrics
or grading.
"""
