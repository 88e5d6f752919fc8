"""The outside world of models: which providers there are, and how each is talked to.

Law of this package: it imports `antiphon.model` and the ports of `antiphon.engine`; what it needs
of the settings is in `antiphon.model.provider_config`. No HTTP client and no vendor's SDK
is imported before a provider that needs it is used.

More than twelve entries: one folder a kind of provider.
"""
