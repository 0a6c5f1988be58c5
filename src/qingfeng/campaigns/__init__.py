"""From plan to every unit's duties."""
