"""Grains: the moments of all collections, and sounds laid of them."""
