"""Collects one answer while it runs, and derives its events.

It must not know requests, retries or other panes.
"""
