"""Stores what answers cost, and sums it by budget.

It must not know when a budget stops a run.
"""
