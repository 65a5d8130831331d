"""The hand-in's package; the course's own modules are laid beside these files."""
