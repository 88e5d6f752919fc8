"""Reads what `git diff` prints, without running a program that a repository names.

It must not know what the text is for, and changes nothing in a repository.
"""
