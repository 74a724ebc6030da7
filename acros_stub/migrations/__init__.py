"""The release store's schema, step by step. To add a step: a module in `versions`, and its number in `models.SCHEMA`."""
