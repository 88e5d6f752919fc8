"""Defines the values that everything else is made of: ids, times, money, positions.

It must not know conversations or commands.
"""
