"""Lists, reads, edits, copies, exports, imports and searches conversations.

It must not know how they are compared or sent on, nor how they are stored.
"""
