"""Points, variances, degrees of freedom and intervals from PSU totals."""
