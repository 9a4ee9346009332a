"""Pages in a made-up language, which shows the texts that nobody translated."""
