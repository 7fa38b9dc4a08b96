"""The texts of analyst pages are said as everywhere."""

from survey.web.speech import say

__all__ = ["say"]
