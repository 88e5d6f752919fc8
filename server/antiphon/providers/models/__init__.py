"""Reads models' prices, limits and capabilities, and counts tokens, without asking them.

It must not know which providers are configured.

Prices and limits are LiteLLM's table, read as data. Antiphon ships a condensed copy.
"""
