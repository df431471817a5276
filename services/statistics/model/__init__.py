"""What statistics keeps: facts without the units that they are of, partitions of columns, frozen snapshots."""
