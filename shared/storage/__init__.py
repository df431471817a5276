"""Files in an S3 store, sealed on our side in frames: streamed, never whole in memory, never plain outside of it."""
