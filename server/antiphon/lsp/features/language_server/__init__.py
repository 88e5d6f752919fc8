"""Tames pygls: one answer for each request, no texts of exceptions, no bodies in the log.

It must not know any feature; the modules beside this package register them.
"""
