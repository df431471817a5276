"""What lies beside a filing follows it to other departments when the divisions change."""

from __future__ import annotations

from services.filing.model.filings import Filing
from services.filing.operations.threads import labels_of
from services.filing.policy import chain_of
from services.filing.ports.deps import Deps
from shared.threads.model import Visibility


def move_casework(deps: Deps, before: Filing, after: Filing) -> None:
    """Let the departments of the new chain list the threads, and hand the marks of a department to the one in its place.

    An assignment stands for the department that it was made in alone, and falls away by itself. Doing it twice adds
    nothing.
    """
    deps.threads.relabel(after.id, {each: labels_of(after, each) for each in Visibility})
    old, new = reversed(chain_of(before)), reversed(chain_of(after))
    successors = {one: other for one, other in zip(old, new, strict=False) if one != other}
    deps.marks.hand_over(after.id, successors, after.division)
