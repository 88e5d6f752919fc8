"""Sends messages on to other panes, and summarizes or merges answers.

It must not run anything itself: it gives prompts to `antiphon.engine.run`.
"""
