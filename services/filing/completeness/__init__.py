"""How complete what was filed is: who is expected, what counts as filed, and the counts of both. Pure."""
