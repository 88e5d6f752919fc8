"""What the person chose: the schema of the settings, where they come from, and which one wins.

Law of this package: nothing that is wrong with a setting stops the server. A bad value is told with
its field, and the next lower source's value stands. Nothing here looks at the network, and only
`antiphon.settings.sources.config_file` reads a file.
"""
