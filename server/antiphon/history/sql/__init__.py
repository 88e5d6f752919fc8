"""Says what the history needs of any SQL database, and what it may be given.

It must not know a table, nor a database driver.
"""
