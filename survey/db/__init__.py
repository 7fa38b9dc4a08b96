"""The engine, the unit of work, and the one writer."""
