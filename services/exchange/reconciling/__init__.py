"""The daily statement (对账单) of a partner: drawn up from the journal, frozen, and held against the partner's own. Pure."""
