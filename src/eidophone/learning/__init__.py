"""Learning the character of collections of sounds."""
