"""Notes: MIDI and pictures of notes, transcription, instruments, traditions."""
