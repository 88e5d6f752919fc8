"""Makes everything that repeats the definition of the wire: schema, types and tables.

`catalog` reads the definition (`antiphon.model` and the command table) into the plain values of
`shapes`; each of the other modules writes those values in one language and knows nothing else.
"""
