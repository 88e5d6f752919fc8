"""The worker's side: the only code that imports litellm. Run as a module, never imported."""
