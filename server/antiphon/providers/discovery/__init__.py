"""Finds model servers that run on this machine.

It must not ask them for an answer.
"""
