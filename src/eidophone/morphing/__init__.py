"""Morphing: several sounds become one new sound, with no training; a method a file."""
