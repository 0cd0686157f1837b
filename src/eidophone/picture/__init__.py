"""Picture: sound to picture and back. `codec.py` is the file to read first."""
