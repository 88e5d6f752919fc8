"""Holds the worker's side, which alone imports litellm. Run as a module, never imported.

It must not know the server: all it gets are the messages of its pipe.

More than twelve entries: one small module for each thing that litellm gets wrong.
"""
