"""Names of companies: their words normalised for search, and the glossary that names are read with."""

from register.names.normalisation import folded, tokens

__all__ = ["folded", "tokens"]
