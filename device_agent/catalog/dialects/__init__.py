"""Foreign names for our tools and ours for theirs, one file per dialect."""
