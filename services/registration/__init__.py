"""Registration of service-outsourcing platforms: conditions, the five materials, review and decision."""
