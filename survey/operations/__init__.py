"""Writes: one function is one deed and one transaction; no Flask here."""
