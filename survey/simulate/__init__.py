"""Demonstration rounds: a seeded population and its sample, sent through the real ingest."""
