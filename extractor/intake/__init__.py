"""How files come in by themselves: the watched folder."""
