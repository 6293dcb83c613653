"""Names of companies: folded for search, and read word by word so that an Arabic name finds its English one."""

from register.names.normalisation import folded, tokens

__all__ = ["folded", "tokens"]
