"""The web pages of every role. Owns no data but browser sessions; everything else is asked of the other services by HTTP."""
