"""Chaos: every command that writes is killed at random moments, and run again."""
