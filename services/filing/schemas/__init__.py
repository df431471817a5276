"""What comes in and goes out over HTTP: `XIn` strict and without unknown fields, `XOut` with what a reader may see."""
