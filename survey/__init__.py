"""The application: three doors for people, a hatch for machines, and the rooms behind them."""
