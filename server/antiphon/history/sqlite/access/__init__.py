"""Lets each user read and change their own, and hides the rest.

It must not know what a query is for: queries are written as if nothing belonged to others.
"""
