"""The studio: everything without a line of code, in the browser."""
