"""Working days of the State Council's calendar (国务院办公厅节假日安排), make-up days included."""
