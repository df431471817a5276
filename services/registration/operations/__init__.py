"""Use cases of registration: one public function per business verb."""
