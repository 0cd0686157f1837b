"""Paintings: layers of paint over the picture of a sound, kept as plain files."""
