"""Transcribing: sound -> notes."""
