"""Whether a contract is to be filed, and under which of the 45 classes: questions, words and a search over them, as data.

Pure: the code lists, the edition's data and a description go in, verdicts and explained rankings come out. Nothing here
keeps or logs a description.
"""
