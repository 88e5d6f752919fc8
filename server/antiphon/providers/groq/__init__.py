"""Groq: its own SDK writes the requests, which speak OpenAI's dialect."""
