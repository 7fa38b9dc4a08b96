"""The engine: design-based estimates of composite indices from PSU totals."""
