"""Pictures and films of notes, and notes read back from them, whatever was done to them."""
