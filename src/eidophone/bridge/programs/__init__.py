"""Programs from outside as tools; `command.py` is the file to read first."""
