"""Asks Google AI Studio. Its SDK, google-genai, writes the requests.

It must not know the registry, nor import the SDK before it is needed.
"""
