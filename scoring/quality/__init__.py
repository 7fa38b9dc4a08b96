"""Is the fieldwork sound: agreement of back-checks, interviewers, pace, patterns, copies."""
