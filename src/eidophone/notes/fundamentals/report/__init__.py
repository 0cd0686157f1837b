"""The report: the fundamentals of collections as one page, with charts and examples that play."""
