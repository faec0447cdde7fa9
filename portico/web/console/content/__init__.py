"""Screens of what the company shows and teaches: media, libraries, trainings, announcements. Not what it sells."""
