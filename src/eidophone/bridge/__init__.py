"""The bridge: sound through any program or network that works on pictures, and back."""
