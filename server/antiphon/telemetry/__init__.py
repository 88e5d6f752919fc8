"""Traces runs and requests for OpenTelemetry, by its conventions for generative AI.

It must not know what a run is beyond the engine's port. No prompt and no answer is in a trace
unless the settings say so.
"""
