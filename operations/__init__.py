"""The `sijill` command line: what registries, agencies and operators do from a terminal."""
