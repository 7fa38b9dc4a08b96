"""The covered bridge: the only code that speaks both the survey's and the engine's language."""
