"""The tests mirror the source; `contracts/` holds promises about the project itself."""
