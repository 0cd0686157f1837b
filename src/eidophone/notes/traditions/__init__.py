"""Traditions: collections of tunes -> a model; mixes of models -> new tunes."""
