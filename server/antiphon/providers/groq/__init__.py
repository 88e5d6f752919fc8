"""Asks Groq. Its own SDK writes the requests, in OpenAI's dialect.

It must not know the registry, nor import the SDK before it is needed.
"""
