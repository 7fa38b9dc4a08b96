"""The hatch for devices and programs, and the health pages."""
