"""Accounts, roles and sign-in: who somebody is and where that counts. Owns the accounts and the token keys."""
