"""The benchmark of morphs: measures with their sources, and tables beside the trivial methods."""
