"""Learning, measured on collections of Debian packages, beside what knows nothing of them."""
