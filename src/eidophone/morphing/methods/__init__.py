"""The ways of morphing: a method a file."""
