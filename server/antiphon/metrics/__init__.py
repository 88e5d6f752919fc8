"""Counts and times what a server does, for Prometheus.

It must not know what a run is beyond the engine's port, nor who reads the figures.
"""
