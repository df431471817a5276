"""The real servers behind `make run` and `make test`: mongod, RabbitMQ and S3, on ports and a folder of their own."""
