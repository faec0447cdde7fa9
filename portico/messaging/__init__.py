"""What is written to contacts: labels of campaigns now, templates and mails to come. Nothing about who contacts are."""
