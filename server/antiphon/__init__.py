"""Antiphon: ask many language models the same question from inside the editor.

This module stays empty of imports: `antiphon serve` answers `initialize` before anything but
`sys` and `json` is loaded.

More than twelve entries: the top of the map, one package for each part of ARCHITECTURE.md.
"""

__version__ = "0.1.0"
