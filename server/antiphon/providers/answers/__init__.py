"""Finds how an answer ends, in every dialect: finish reasons, late text, the longest answer.

It knows the engine's deltas and must not know any vendor's wire format.
"""
