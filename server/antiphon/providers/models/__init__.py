"""Says what is known of a model without asking it: limits, prices, tokens.

It must not know which providers are configured.

Prices and limits are LiteLLM's table, read as data; Antiphon ships a condensed copy.
"""
