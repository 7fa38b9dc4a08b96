"""Weights: from selection probabilities, by nonresponse classes, calibrated to known margins."""
