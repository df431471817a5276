"""All queries of the exchange, and the sealing of what it stores and sends."""
