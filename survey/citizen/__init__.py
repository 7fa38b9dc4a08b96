"""The door of a citizen with a device of their own: the open round and its form."""
