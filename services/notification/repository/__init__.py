"""All queries of notification, and the sealing of what notices and mails hold."""
