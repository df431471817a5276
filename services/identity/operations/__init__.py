"""The use cases of identity: one public function per business verb."""
