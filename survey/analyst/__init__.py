"""The door of the analyst: log-in, rounds, the preview of estimates."""
