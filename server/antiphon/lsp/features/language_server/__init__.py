"""Restricts pygls: one answer a request, no exceptions' texts, no bodies in logs.

It must not know any feature; the modules beside this package register them.
"""
