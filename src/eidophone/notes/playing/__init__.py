"""Notes played: any sound as the instrument; SoundFonts."""
