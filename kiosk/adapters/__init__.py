"""The outside world: each module is named after what is outside, and is the only door to its library."""
