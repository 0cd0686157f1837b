"""The benchmark: how much is lost, how fast it is, and how its peers do on the same sounds.

``python -m bench`` from the root of the repository measures everything in one run, prints one
table and writes it to docs/benchmark.md; ``make bench`` sets up what it needs and does that.
"""
