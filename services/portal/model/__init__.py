"""What the pages are made of: sessions, answers of the services, the form's fields, the materials and the words shown."""
