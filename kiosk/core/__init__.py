"""The nouns: frozen, pure, the standard library only."""
