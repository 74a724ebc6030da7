"""Verifiers for whoever has no kiosk: the small package, the page for a browser, and the vectors that both are held to."""
