"""Who acts: the actor of a request or message, and the tokens that prove it."""
