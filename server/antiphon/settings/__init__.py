"""Defines the settings, loads them from their sources, and finds keys.

No error in a setting stops the server: an invalid value is reported with its field, and the next
lower source's value is used. The package must not know the network, and only
`antiphon.settings.sources.config_file` reads a file.
"""
