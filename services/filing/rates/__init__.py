"""The heart of the money part: quotes to one measure, the rate of a day, conversion, rate tables as files. Pure."""
