"""The use cases of filing: one public function per business verb."""
