"""Defines options that several commands share, and what they complete to.

It must not know how a command is carried out.
"""
