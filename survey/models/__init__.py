"""Tables, one file per noun family; invariants are named constraints, nothing here queries."""
