"""Fundamentals: what tunes of a people have in common, measured, with how sure that is."""
