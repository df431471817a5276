"""Messages between services: envelope, topology, the relay out of the outbox and the consumer into the inbox."""
