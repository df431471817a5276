"""Work on many things at once: a batch stored whole, carried out item by item under a lease, each item with a result."""
