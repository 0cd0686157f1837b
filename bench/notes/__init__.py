"""Measures of notes: ``python -m bench.notes NAME``, a module of this folder each."""
