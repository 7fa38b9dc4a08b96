"""The arithmetic of one node, written out in words and numbers. Computes nothing anew."""
