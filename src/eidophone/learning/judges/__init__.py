"""Judges: whose a sound is, by several ears, and what is left of the sound that it was made of."""
