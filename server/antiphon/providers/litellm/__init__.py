"""Asks every vendor that litellm knows, in a process of its own.

litellm takes seconds of CPU to import and stalls any loop that it shares, so this package never
imports it: `worker` does, in a process that is started when the first answer needs it. Between the
two are pipes with frames (`frames`) of messages (`messages`). The keys of this server's providers
go to the worker in the request that needs them, never in its arguments or its environment.
"""
