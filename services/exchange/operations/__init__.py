"""Use cases of the exchange: one public function per business verb."""
