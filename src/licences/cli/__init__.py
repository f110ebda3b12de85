"""The `licences` command: one small file a command, heavy imports inside the functions."""
