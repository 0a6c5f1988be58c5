"""Places, units and their placements over time, people, posts, role grants and supervision groups."""
