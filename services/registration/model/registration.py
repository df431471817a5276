"""What a platform registration is (regulation 指引 四): its revisions and the aggregate itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.registration.model.directory import Directory
from services.registration.model.facts import FactValues
from services.registration.model.materials import FileRef, Materials
from services.registration.model.review import Review
from services.registration.model.standing import PURPOSES, Life, Purpose, Standing
from services.registration.model.states import OPEN, State
from shared.history import HistoryEntry

FormValues = Mapping[str, object]
"""The 注册信息表 as key and value; the keys are those of `form.items`."""


@dataclass(frozen=True)
class Revision:
    """A registration as it was submitted, with the review of it; never changed after the decision.

    `stated` are the facts that the filer says the materials hold, where the filer said so, `explanation` is why it was
    submitted again without a change, `purpose` what was asked for.
    """

    no: int
    submitted_at: datetime
    form: FormValues
    materials: Materials
    review: Review | None = None
    stated: FactValues = field(default_factory=dict)
    explanation: str = ""
    purpose: Purpose = Purpose.FIRST


@dataclass(frozen=True)
class Registration:
    """The aggregate: what is in force (`life`), and the present or last application (`state`).

    `form`, `materials` and `stated` are the working copy; what reviewers decide on is the last revision. `division` is
    that of the last application, whose department reviews it; `path` leads to all departments that see the registration.
    """

    id: str
    version: int
    unit_id: str
    owner_id: str
    state: State
    created_at: datetime
    updated_at: datetime
    division: str | None = None
    path: tuple[str, ...] = ()
    submitted_at: datetime | None = None
    form: FormValues = field(default_factory=dict)
    materials: Materials = field(default_factory=dict)
    stated: FactValues = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()
    directory: Directory | None = None
    history: tuple[HistoryEntry, ...] = ()
    life: Life = field(default_factory=Life)

    @property
    def standing(self) -> Standing:
        """Whether the platform counts as registered."""
        return self.life.standing

    @property
    def purpose(self) -> Purpose:
        """What the present application asks for, or the next one would."""
        return PURPOSES[self.life.standing]

    @property
    def has_open_application(self) -> bool:
        """Whether an application is being prepared or reviewed."""
        return self.state in OPEN

    @property
    def in_force(self) -> Revision | None:
        """The revision in force; after an ending the last one that was, None where there never was one."""
        return next((each for each in self.revisions if each.no == self.life.in_force), None)

    @property
    def home(self) -> str | None:
        """The 单位注册地 in force; before the first approval that of the application."""
        return self.life.division or self.division

    @property
    def revision(self) -> int:
        """The number of the last submitted revision, 0 before the first submission."""
        return self.revisions[-1].no if self.revisions else 0

    @property
    def review(self) -> Review | None:
        """The review of the last revision."""
        return self.revisions[-1].review if self.revisions else None

    def file_ids(self) -> tuple[str, ...]:
        """Return the ids of all files that the working copy or any revision refers to."""
        shelves = [self.materials, *(revision.materials for revision in self.revisions)]
        return tuple(sorted({ref.file_id for shelf in shelves for refs in shelf.values() for ref in refs}))

    def find_file(self, file_id: str) -> FileRef | None:
        """Return the file with this id from the working copy or any revision."""
        for shelf in (self.materials, *(revision.materials for revision in reversed(self.revisions))):
            for refs in shelf.values():
                for ref in refs:
                    if ref.file_id == file_id:
                        return ref
        return None
