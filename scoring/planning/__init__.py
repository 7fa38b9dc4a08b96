"""Before a survey: how many interviews a wanted precision takes."""
