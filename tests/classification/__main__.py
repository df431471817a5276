"""Prints how well the classification helper does on the evaluation sets: `make classification`."""

from __future__ import annotations

import sys

from tests.classification.scores import GATE, TOP_1, TOP_3, Scores, classifier, scores_of, without_words
from tests.classification.sets import Split

AIMS = {"top-1": TOP_1, "top-3": TOP_3, "gate": GATE}


def main(arguments: list[str]) -> int:
    """Print the scores, the misses of the splits that are asked for (all of them), and of the code list alone."""
    scores = scores_of(classifier())
    sys.stdout.write(_table(scores))
    shown = [Split(each) for each in arguments] or list(Split)
    for miss in scores.misses:
        if miss.split in shown:
            sys.stdout.write(f"{miss.score}, {miss.split}: {miss.text}\n    {miss.right}, found {miss.found or '-'}\n")
    sys.stdout.write("\nby the code list alone, without our words:\n")
    sys.stdout.write(_table(scores_of(without_words())))
    return 0 if all(scores.share(name) >= aim for name, aim in AIMS.items()) else 1


def _table(scores: Scores) -> str:
    lines = ["score                 split      right  of     share   aim"]
    for each in scores.scores:
        aim = f"{AIMS[each.name]:.0%}" if each.split == "whole" and each.name in AIMS else ""
        lines.append(
            f"{each.name:<21} {each.split:<9} {each.right:>6} {each.cases:>4} {each.share:>8.1%}   {aim}".rstrip()
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
