"""Aligns texts: what two share, and what several say alike.

It must not judge which text is right, and knows neither prompts nor runs.
"""
