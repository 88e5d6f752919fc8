"""Checks parsed prompt files against the models and files that exist.

It must not know an editor.
"""
