"""Other people's device programs, each in an environment of its own, measured beside ours."""
