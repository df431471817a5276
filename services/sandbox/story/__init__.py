"""The main job, played from outside through HTTP: an operator registers, a county reviews, the 名录库 answers."""
