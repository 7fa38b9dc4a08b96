"""What may leave the house: nothing by which one person could be told from a table."""
