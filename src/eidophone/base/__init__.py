"""Base: what every room stands on, and nothing of sound or pictures."""
