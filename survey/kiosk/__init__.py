"""The door of a counter: a tablet that many people use, one after the other, each alone."""
