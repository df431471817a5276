"""Everything that touches a key: suites, keyring, sealing, blind indexes, signing. Nothing else imports a cipher."""
