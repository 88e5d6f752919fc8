"""VS Code, Neovim and terminals of one user, which share one server."""
