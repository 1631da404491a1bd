"""Data of known truth: what they are made of, each kind of part in a file."""
