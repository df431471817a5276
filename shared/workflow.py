"""States and actions as a table: what is not in the table is forbidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.errors import Conflict, NotAllowed
from shared.identity.actor import Actor

State = TypeVar("State")
Action = TypeVar("Action")
Thing = TypeVar("Thing")


def always(_: object) -> bool:
    """Hold for every thing."""
    return True


@dataclass(frozen=True)
class Step(Generic[State, Action, Thing]):
    """From this state, this action leads to that state, for whom the predicate holds.

    The step is there only for things for which `when` holds: who meets it otherwise meets a forbidden action.
    """

    source: State
    action: Action
    target: State
    allowed: Callable[[Actor, Thing], bool]
    when: Callable[[Thing], bool] = always


@dataclass(frozen=True)
class Workflow(Generic[State, Action, Thing]):
    """A table of steps over things whose state `state_of` tells."""

    steps: Sequence[Step[State, Action, Thing]]
    state_of: Callable[[Thing], State]

    def step_for(self, thing: Thing, action: Action, actor: Actor) -> Step[State, Action, Thing]:
        """Return the step that `actor` takes with `action`.

        Raises `Conflict` where the state does not know the action, `NotAllowed` where the actor may not take it.
        """
        for step in self._from(thing):
            if step.action == action:
                if not step.allowed(actor, thing):
                    raise NotAllowed
                return step
        raise Conflict

    def open_actions(self, thing: Thing, actor: Actor) -> tuple[Action, ...]:
        """Return what `actor` can do now, in the order of the table."""
        return tuple(step.action for step in self._from(thing) if step.allowed(actor, thing))

    def _from(self, thing: Thing) -> list[Step[State, Action, Thing]]:
        state = self.state_of(thing)
        return [step for step in self.steps if step.source == state and step.when(thing)]
