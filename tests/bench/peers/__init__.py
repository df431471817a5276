"""What runs in the environment of the peers: standard library, the peers' packages and `tests.bench.transfers` only."""
