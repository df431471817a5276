"""The use cases of notification: one public function per verb."""
