"""What is measured against: a hub, a desktop, windows to type into, a wire that goes dead."""
