"""Asks from the command line, and follows the streams of the answers.

It must not know what the answers look like: `antiphon_terminal.output` shows them.
"""
