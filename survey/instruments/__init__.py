"""The questionnaire as data: an XLSForm, walked by pure functions; knows no web."""
