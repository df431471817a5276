"""The use cases: one public function per verb."""
