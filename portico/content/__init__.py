"""What is shown to people: media, libraries, trainings, announcements, MySite, shares and their views."""
