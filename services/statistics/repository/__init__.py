"""All queries and all sealing: facts by filing, partitions of columns, frozen snapshots; cells are reckoned here."""
