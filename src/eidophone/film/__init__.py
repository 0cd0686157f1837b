"""Film: sound as video in which time is time, and any video as sound."""
