"""The release kiosk: `core` is the nouns of the plan, `desks` its verbs, `adapters` the outside world, `ports` what is between."""
