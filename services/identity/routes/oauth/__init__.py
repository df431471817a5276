"""The protocol of the provider: OAuth 2.0 and OpenID Connect by Authlib, over this service's own operations."""
