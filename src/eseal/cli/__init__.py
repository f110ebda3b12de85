"""The `eseal` command: keys and certificates."""
