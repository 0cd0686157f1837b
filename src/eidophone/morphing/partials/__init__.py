"""Source and filter: envelopes, the interval between sounds, and partials that move."""
