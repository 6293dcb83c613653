"""The tables in PostgreSQL, their migrations, and typed questions to them."""
