"""Answers the language features of prompt files (`*.antiphon.md`).

It must not know commands or streams, nor how a prompt file is parsed.
"""
