"""Reserves money before a run, counts what it takes, and stops it at a limit.

It must not know how a run is carried out, nor where spending is stored.
"""
