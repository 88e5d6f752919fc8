"""Any endpoint that speaks OpenAI's chat completions: one adapter, vendors as rows of data."""
