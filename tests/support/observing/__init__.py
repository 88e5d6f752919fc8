"""What reads the figures and traces of a server."""
