"""Decides what a run asks whom: the panes, the prompt, its estimate.

It must not send, store or schedule anything.
"""
