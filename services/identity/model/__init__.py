"""What identity is about: accounts, units, sign-ups, sessions, attempts, passwords and mails. No input or output."""
