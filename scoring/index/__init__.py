"""From answers to the leaves' totals, and from leaf values up the tree."""
