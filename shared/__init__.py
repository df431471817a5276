"""Library of the services: each module is a noun with one job, and knows no service's business."""
