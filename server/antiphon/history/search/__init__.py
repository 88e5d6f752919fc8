"""Has what searching needs in any database: words, places, and the part of a text that is shown.

It must not know a table.
"""
