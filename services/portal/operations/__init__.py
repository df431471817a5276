"""What the pages do: one public function per verb, on the ports alone."""
