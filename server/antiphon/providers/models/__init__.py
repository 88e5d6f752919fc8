"""What a public table knows of models: prices, limits, capabilities.

The table is LiteLLM's, read as data; Antiphon ships a condensed copy of the same form.
"""
