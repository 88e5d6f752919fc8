"""Builds the images of deploy/ and runs them confined, without a container engine.

It must not know the server's code: what it runs is what the Dockerfiles and compose.yaml say.
"""
