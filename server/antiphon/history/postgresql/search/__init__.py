"""Indexes messages as tsvectors and searches them.

It must not know how a query is written, nor what a hit shows.
"""
