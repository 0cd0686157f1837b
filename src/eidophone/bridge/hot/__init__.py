"""What a hot folder is made of; `eidophone.bridge.watch` puts it to work."""
