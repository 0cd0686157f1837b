"""Faces: what people meet. They hold no logic."""
