"""Ways to carry text frames between two peers, one file per transport."""
