"""Connects the client of this process to the server that the user's clients share."""
