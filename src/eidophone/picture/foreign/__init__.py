"""Pictures that other programs drew: read as pictures of ours, and riffusion's drawn as well."""
