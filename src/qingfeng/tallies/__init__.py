"""Delta rows written with each act, folded into figures by unit, ancestor and day."""
