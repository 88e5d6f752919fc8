"""Carries requests over HTTP: addresses, keys, certificates, event streams.

It must not know any vendor's dialect.

More than twelve entries: one module for each part of a request's way, none of them large.
"""
