"""A running ComfyUI as a tool: its workflows on the pictures of a sound."""
