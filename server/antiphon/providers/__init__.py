"""Connects to the providers: which there are, and how each is asked.

This package may import `antiphon.model` and the ports of `antiphon.engine`. What it needs of the
settings is in `antiphon.model.provider_config`. No HTTP client and no vendor's SDK is imported
before a provider that needs it is used.

More than twelve entries: one folder a kind of provider.
"""
