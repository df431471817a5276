"""From the data files of an edition to its model; what does not fit together is refused with its exact place."""
