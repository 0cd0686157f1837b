"""Acts: what can be made of items, each by what the command line makes it with."""
