"""Starts the real processes that the end-to-end tests and the demo talk to."""
