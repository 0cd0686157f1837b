"""What a hot folder is made of; `eidophone.jobs.hot.watch` puts it to work."""
