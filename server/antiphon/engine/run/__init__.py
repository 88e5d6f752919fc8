"""Carries out a run: asks all panes, stores what arrives, then shows it.

It must not know what is done with finished answers.
"""
