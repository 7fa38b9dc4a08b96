"""The door of administrators and auditors; it shows no answer and no estimate."""
