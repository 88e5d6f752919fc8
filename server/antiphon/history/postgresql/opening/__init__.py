"""Makes a database ready: its tables, the views of users, what killed servers left.

It must not know what the history is used for afterwards.
"""
