"""The report: what a model learnt, beside what has learnt nothing, on one page."""
