"""Reads: functions from a session to plain rows."""
