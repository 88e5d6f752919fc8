"""Opens a database file safely, migrates it, and recovers what killed servers left.

It must not know what the history is used for afterwards.
"""
