"""statistics: owns de-identified facts, tables as data, disclosure control, releases and their register."""
