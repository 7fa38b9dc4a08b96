"""The engine: design-based estimates of composite indices, from PSU totals; numpy and scipy only."""
