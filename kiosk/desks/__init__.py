"""The verbs: one desk for each duty."""
