"""Speaks JSON-RPC with one client: each request gets exactly one answer.

It must not know what a method does.
"""
