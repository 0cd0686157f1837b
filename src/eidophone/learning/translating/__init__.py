"""A sound of one character told with another's."""
