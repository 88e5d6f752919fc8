"""Decides which panes a run asks and with which prompt, and estimates what it costs.

It must not send, store or schedule anything.
"""
