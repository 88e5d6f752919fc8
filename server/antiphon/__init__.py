"""Antiphon: ask many language models the same question from inside the editor.

This module stays empty of imports: `antiphon serve` answers `initialize` before anything but
`sys` and `json` is loaded.
"""

__version__ = "0.1.0"
