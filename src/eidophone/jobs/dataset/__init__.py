"""Datasets: folders of sounds as thousands of square pictures, ready for the trainers people use.

`making.py` is the file to read first. A sound becomes a part (its pictures and what is known of
them), whoever makes it, and the parts become what a trainer loads.
"""
