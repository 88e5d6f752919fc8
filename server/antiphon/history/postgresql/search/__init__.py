"""Indexes and searches messages by tsvector."""
