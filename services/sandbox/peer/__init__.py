"""Stand-in for the 名录库 of the statistics bureau: own process, own keys, own user at the broker, own small store."""
