"""What the doors share: pages, fields, log-in, limits, headers, charts, languages."""
