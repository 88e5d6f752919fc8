"""Speaks OpenAI's chat completions: one adapter, with the vendors' differences as data.

It must not know the registry, nor a vendor's own SDK.

More than twelve entries: one folder a dialect, and this one is what the others read with.
"""
