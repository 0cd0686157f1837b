"""One sound told by the movement of another."""
