"""Who is reminded of what and when, and what departments are told of their work each day. Pure."""
