"""Judges a hand-in again whenever one of its files is saved: what the change reaches, and no more.

`footprints` compares two states of the sources, `selection` says which criteria a change reaches,
`rounds` judges one state, `loop` waits for the next, `last_run` remembers how the last one ended.
"""
