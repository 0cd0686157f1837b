"""Jobs: files to files, one or whole folders."""
