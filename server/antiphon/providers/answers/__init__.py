"""How an answer ends, in every dialect: finish reasons, late text, the longest answer.

Knows the engine's deltas; must not know any vendor's wire format.
"""
