"""Wrong variants of the reference: what they are, how their sources are made, what they reach."""
