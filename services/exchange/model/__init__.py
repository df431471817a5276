"""What the exchange knows: messages over the border, and whom they are for."""
