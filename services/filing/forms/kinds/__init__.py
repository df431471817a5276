"""Kinds of answers: each reads one JSON value strictly, and shows it as it is printed on the form."""
