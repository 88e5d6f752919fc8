"""Google AI Studio: its SDK, google-genai, writes the requests."""
