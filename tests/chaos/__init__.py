"""Kills runs and the engine below them at random moments, and looks at what is left."""
