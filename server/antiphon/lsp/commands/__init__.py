"""Binds the commands of `workspace/executeCommand` to the engine.

It must not decide anything that the engine could decide.
"""
