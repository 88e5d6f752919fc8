"""Renders a conversation as Markdown, and finds things in that text again.

It must not read or wait: every function is pure.
"""
