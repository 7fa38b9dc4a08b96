"""Numbers that lean on a model: labelled so wherever they are shown."""
