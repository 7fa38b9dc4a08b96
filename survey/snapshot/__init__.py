"""Columns: responses as arrays for the engine; disposable, rebuilt from the documents."""
