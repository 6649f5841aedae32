"""What tools exist: names, arguments, results, tiers, deadlines and texts. Pure."""
