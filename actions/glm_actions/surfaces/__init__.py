"""Screens that can be acted on. Import the one you need: each brings its own library."""
