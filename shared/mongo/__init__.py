"""MongoDB: the client with its guarantees, versioned documents with outbox and history, the inbox, indexes."""
