"""Runs network services and speaks to them in bytes, without the library under test."""
