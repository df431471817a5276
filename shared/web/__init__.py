"""The HTTP skeleton of a service: problems, permission marks, preconditions, paging, OpenAPI, health."""
