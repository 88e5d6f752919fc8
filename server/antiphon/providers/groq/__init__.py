"""Asks Groq; its SDK writes the requests, which speak OpenAI's dialect.

It must not know the registry, nor import the SDK before it is needed.
"""
