"""Stand-ins for the systems outside (unit directory, mail) and the embedded servers; never part of production."""
