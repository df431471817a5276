"""Reads the data of an edition and holds it against the code list; every fault is named with its place, all at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path as Folder

from services.filing.classification.knowledge import Above, Coded, Cue, Hint, Knowledge, KnownClass, Move
from services.filing.classification.paths import Answer, Path, Question, Result
from services.filing.classification.texts import plain
from services.filing.forms.loading.faults import EditionError, Fault, Faults
from services.filing.forms.loading.tables import Table
from shared.codes import classes, lists
from shared.codes.classes import BusinessClass, Exclusion, Reason
from shared.codes.schemes import Scheme

FOLDER = Folder(__file__).parent / "editions"
FILES = ("words.toml", "exclusions.toml", "scope.toml", "mixed.toml", "hints.toml")

Documents = Mapping[str, Mapping[str, object]]


def read_folder(folder: Folder) -> Documents:
    """Return the parsed files of an edition; raises EditionError for one that is missing or no TOML."""
    found: dict[str, Mapping[str, object]] = {}
    for name in FILES:
        try:
            found[name] = tomllib.loads((folder / name).read_text("utf-8"))
        except FileNotFoundError:
            raise EditionError([Fault(name, "no_such_file")]) from None
        except tomllib.TOMLDecodeError as error:
            raise EditionError([Fault(name, "not_toml", str(error))]) from None
    return found


def load(edition: str, on: date, documents: Documents) -> Knowledge:
    """Return what is known under an edition; `on` chooses the code list. Raises EditionError with every fault.

    Refused are, among others: words for a class that the list does not have, a class without words, an exclusion that
    the list does not know or that leads elsewhere than the list says, one that points to a class and has no cue,
    answers that lead nowhere or back, and hints for answers that do not exist.
    """
    faults = Faults()
    listed = {each.code: each for each in classes.classes(on)}
    scope_table = Table(documents["scope.toml"], "scope.toml", faults)
    reasons = _coded(scope_table, "reason", Scheme.NOT_OUTSOURCING, on)
    deductions = _coded(scope_table, "deduction", Scheme.NOT_COUNTED, on)
    scope = _path(scope_table, {"in": Result("in", "", ""), "out": Result("out", "", "")}, reasons, deductions)
    mixed_table = Table(documents["mixed.toml"], "mixed.toml", faults)
    mixed = _path(mixed_table, _results(mixed_table, on), {}, {})
    knowledge = Knowledge(
        edition=edition,
        classes=_classes(Table(documents["words.toml"], "words.toml", faults), listed, on),
        moves=_moves(Table(documents["exclusions.toml"], "exclusions.toml", faults), listed),
        hints=_hints(Table(documents["hints.toml"], "hints.toml", faults), scope),
        scope=scope,
        mixed=mixed,
        reasons=reasons,
        deductions=deductions,
    )
    faults.settle()
    return knowledge


def _classes(table: Table, listed: Mapping[str, BusinessClass], on: date) -> dict[str, KnownClass]:
    for code, _ in table.items():
        if code not in listed:
            table.fault(code, "unknown_class", code)
    found: dict[str, KnownClass] = {}
    for code, each in listed.items():
        own = table.table(code)
        if not table.has(code):
            table.fault(code, "missing")
        entry, group, main = lists.path(Scheme.BUSINESS_CLASS, code, on)
        found[code] = KnownClass(
            listed=each,
            main=Above(main.code, main.name),
            group=Above(group.code, group.name),
            shares=classes.share_kinds(code, on),
            strong=own.texts("strong"),
            words=own.texts("words"),
            aliases=entry.words("aliases"),
        )
        own.close()
    return found


def _moves(table: Table, listed: Mapping[str, BusinessClass]) -> tuple[Move, ...]:
    moves: list[Move] = []
    for own in table.tables("exclusion"):
        source, what, targets = own.text("class"), own.text("what"), own.texts("to")
        exclusion, cue = _exclusion(listed, source, what), _cue(own)
        if exclusion is None:
            own.fault("what", "unknown_exclusion", f"{source}: {what}")
        else:
            for target in targets:
                _check_pointer(own, target, exclusion, listed)
            moves.append(Move(source, exclusion, targets, cue))
        own.close()
    spoken = {(move.source, move.exclusion.what) for move in moves}
    for code, each in listed.items():
        for exclusion in each.exclusions:
            if exclusion.reason is Reason.ELSEWHERE and exclusion.belongs_to and (code, exclusion.what) not in spoken:
                table.fault("exclusion", "exclusion_without_cue", f"{code}: {exclusion.what}")
    table.close()
    return tuple(moves)


def _exclusion(listed: Mapping[str, BusinessClass], code: str, what: str) -> Exclusion | None:
    exclusions = listed[code].exclusions if code in listed else ()
    return next((each for each in exclusions if each.what == what), None)


def _check_pointer(table: Table, target: str, exclusion: Exclusion, listed: Mapping[str, BusinessClass]) -> None:
    if target not in listed:
        table.fault("to", "dangling_pointer", target)
    elif not any(target.startswith(code) for code in exclusion.belongs_to):
        table.fault("to", "pointer_not_in_list", f"{target}: {exclusion.what}")


def _cue(table: Table) -> Cue:
    groups = table.groups("when")
    return Cue(
        tuple(tuple(plain(word) for word in group) for group in groups),
        tuple(plain(word) for word in table.texts("unless")),
    )


def _coded(table: Table, key: str, scheme: Scheme, on: date) -> dict[str, Coded]:
    found: dict[str, Coded] = {}
    open_ones = {entry.code for entry in lists.entries(scheme, on)}
    for own in table.tables(key):
        each = Coded(own.text("code"), own.text("label"), own.text("text"), own.texts("listed"))
        for code in each.listed:
            if code not in open_ones:
                own.fault("listed", "dangling_pointer", code)
        open_ones -= set(each.listed)
        if each.code in found:
            own.fault("code", "duplicate", each.code)
        found[each.code] = each
        own.close()
    for code in sorted(open_ones):
        table.fault(key, "listed_nowhere", code)
    return found


def _results(table: Table, on: date) -> dict[str, Result]:
    tops = {entry.code for entry in lists.entries(Scheme.BUSINESS_CLASS, on, level=1)}
    found: dict[str, Result] = {}
    for own in table.tables("result"):
        each = Result(
            own.text("code"),
            own.text("label"),
            own.text("text"),
            own.text("rule", ""),
            own.texts("families"),
            own.flag("is_filed", True),
        )
        if each.rule and lists.find(Scheme.MIXED_CONTRACT_RULE, each.rule, on) is None:
            own.fault("rule", "dangling_pointer", each.rule)
        for family in each.families:
            if family not in tops:
                own.fault("families", "dangling_pointer", family)
        found[each.code] = each
        own.close()
    return found


def _path(
    table: Table, results: Mapping[str, Result], reasons: Mapping[str, Coded], deductions: Mapping[str, Coded]
) -> Path:
    questions: dict[str, Question] = {}
    tables = table.tables("question")
    order = [own.text("id") for own in tables]
    for number, own in enumerate(tables):
        question = _question(own)
        _check_end(own, question.next, question.outcome, results, order[number + 1 :], is_end=question.is_many)
        for answer, place in zip(question.answers, own.tables("answer"), strict=True):
            _check_end(place, answer.next, answer.outcome, results, order[number + 1 :], is_end=not question.is_many)
            for key, code, known in (("reason", answer.reason, reasons), ("deduction", answer.deduction, deductions)):
                if code and code not in known:
                    place.fault(key, "dangling_pointer", code)
            if answer.outcome == "out" and not answer.reason:
                place.fault("reason", "missing")
        if question.usual and question.answer(question.usual) is None:
            own.fault("usual", "dangling_pointer", question.usual)
        questions[question.id] = question
        own.close()
    path = Path(table.text("title"), table.text("first"), questions, results)
    if path.first not in questions:
        table.fault("first", "dangling_pointer", path.first)
    table.close()
    return path


def _question(table: Table) -> Question:
    answers: list[Answer] = []
    for own in table.tables("answer"):
        answers.append(
            Answer(
                own.text("value"),
                own.text("label"),
                own.text("next", ""),
                own.text("outcome", ""),
                own.text("reason", ""),
                own.text("deduction", ""),
            )
        )
        own.close()
    return Question(
        id=table.text("id"),
        text=table.text("text"),
        help=table.text("help"),
        usual=table.text("usual", ""),
        answers=tuple(answers),
        is_many=table.flag("is_many"),
        next=table.text("next", ""),
        outcome=table.text("outcome", ""),
    )


def _check_end(
    table: Table, next_: str, outcome: str, results: Mapping[str, Result], later: list[str], *, is_end: bool
) -> None:
    """Note a fault where a way leads nowhere, back, or to two places; `is_end` says whether this is where a way goes on."""
    if (bool(next_) + bool(outcome)) != int(is_end):
        table.fault("next", "leads_nowhere" if is_end else "leads_twice")
    if next_ and next_ not in later:
        table.fault("next", "dangling_pointer", next_)
    if outcome and outcome not in results:
        table.fault("outcome", "dangling_pointer", outcome)


def _hints(table: Table, scope: Path) -> tuple[Hint, ...]:
    hints: list[Hint] = []
    for own in table.tables("hint"):
        hint = Hint(own.text("question"), own.text("value"), _cue(own))
        question = scope.questions.get(hint.question)
        if question is None or question.answer(hint.value) is None:
            own.fault("value", "dangling_pointer", f"{hint.question}: {hint.value}")
        hints.append(hint)
        own.close()
    table.close()
    return tuple(hints)
