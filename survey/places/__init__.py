"""Places as data: what ships with the program, and what an operator brings in a file."""
