"""How names in two scripts are read, compared, indexed and suggested. Names only suggest; nothing here merges."""
