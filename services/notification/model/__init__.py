"""What the service knows of: occasions and their wordings, notices, mails, preferences."""
