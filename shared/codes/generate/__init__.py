"""Makes the lists under `shared/codes/data` from published packages; run by `make codes`, never by a service."""
