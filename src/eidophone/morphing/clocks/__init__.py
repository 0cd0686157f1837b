"""Sounds of any lengths on one clock."""
