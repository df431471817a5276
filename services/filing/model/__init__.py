"""What filing is about: units, filings and their versions, evidence, decisions of the ministry."""
