"""The audit: is a release safe, by itself and together with everything released before?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from services.statistics.disclosure.audit.attack import LARGE, Attack, Leak, Wanted
from services.statistics.disclosure.audit.before import Before, Knowledge
from services.statistics.disclosure.audit.board import Board, lay_out
from services.statistics.disclosure.audit.polytope import DOUBT, NumbersTooLarge, Polytope
from services.statistics.disclosure.audit.proving import Unproven, prove
from services.statistics.disclosure.audit.report import Attacker, Finding, Interval, Kind, Report
from services.statistics.disclosure.audit.targets import Demands, Target, columns_of
from services.statistics.disclosure.audit.words import in_words
from services.statistics.disclosure.tables import Key, Release, TableFaulty
from services.statistics.disclosure.thresholds import Thresholds


def audit(
    release: Release, thresholds: Thresholds, register: Sequence[Release] = (), *, with_intervals: bool = True
) -> Report:
    """Return what can be reckoned of what a release hides, with all that was released before at hand.

    `with_intervals` asks for the exact interval of every hidden cell in blocks that aren't large; the verdict doesn't need
    it. Raises `TableFaulty` where tables contradict themselves or each other: what can't be laid out is not released.
    """
    board = lay_out(release, register)
    demands = Demands(board, thresholds, Before(release, register) if register else None)
    unproven = prove(board, demands)
    findings = list(demands.findings)
    intervals: dict[Key, Interval] = {}
    programs = unproven.programs
    for members, equations in _blocks(board):
        asks = _Asks(board, demands, unproven, members, with_intervals=with_intervals)
        if not asks.is_any:
            continue
        try:
            polytope = Polytope(board, members, equations)
        except NumbersTooLarge as error:
            raise TableFaulty("values are too large beside their decimals to be reckoned exactly") from error
        attack = Attack(polytope, asks.wanted(unproven.public, polytope))
        findings.extend(_attacked(board, demands, attack, asks, intervals))
        programs += attack.programs
    hidden = [quantity for quantity in board.quantities if not quantity.is_seen and quantity.places]
    return Report(
        thresholds=thresholds.id,
        findings=tuple(sorted(findings, key=lambda each: (each.cell, each.kind, each.attacker, each.knows))),
        intervals=intervals,
        hidden=len(hidden),
        unsafe=len(demands.targets),
        attackers=len(demands.insiders),
        programs=programs,
    )


class _Asks:
    """What is asked of a block: targets that aren't proven to be protected, what nothing is known of, intervals."""

    def __init__(
        self, board: Board, demands: Demands, unproven: Unproven, members: Sequence[int], *, with_intervals: bool
    ) -> None:
        self._demands, self._unproven = demands, unproven
        self._members = frozenset(members)
        self.unjudged = [number for number in demands.unjudged if number in self._members]
        self.has_intervals = (
            with_intervals
            and len(members) <= LARGE
            and any(not board.quantities[number].is_seen and board.quantities[number].places for number in members)
        )
        public = not self._members.isdisjoint(unproven.public)
        insiders = {holder for holder, numbers in unproven.insiders.items() if not self._members.isdisjoint(numbers)}
        self.holders = sorted(demands.insiders) if public else sorted(insiders)

    @property
    def is_any(self) -> bool:
        """Whether anything is asked."""
        return bool(self.unjudged or self.has_intervals or self.holders) or not self._members.isdisjoint(
            self._unproven.public
        )

    def wanted(self, numbers: Iterable[int], polytope: Polytope) -> list[Wanted]:
        """Return some targets as the attack takes them."""
        return [
            _want(self._demands, self._demands.targets[number], polytope.column[number])
            for number in sorted(self._members.intersection(numbers))
        ]

    def of(self, holder: str, polytope: Polytope) -> list[Wanted]:
        """Return the targets that are not proven to be protected from a holding."""
        return self.wanted(self._unproven.of(holder), polytope)


def _want(demands: Demands, target: Target, column: int) -> Wanted:
    return Wanted(column, target.level, lambda holder: demands.level(target, holder))


def _attacked(
    board: Board, demands: Demands, attack: Attack, asks: _Asks, intervals: dict[Key, Interval]
) -> Iterator[Finding]:
    polytope = attack.polytope
    known = attack.intervals() if asks.has_intervals else {}
    for column, (down, up) in known.items():
        quantity = board.quantities[polytope.members[column]]
        value = quantity.value or 0
        if not quantity.is_seen:
            intervals[quantity.key] = Interval(board.amount(value - down.claimed), board.amount(value + up.claimed))
    for leak in attack.public(known):
        yield _finding(board, attack, leak, ())
    for number in asks.unjudged:
        if finding := _too_close(board, demands, attack, number):
            yield finding
    for holder in asks.holders:
        mine = columns_of(demands.insiders[holder], polytope.column)
        for leak in attack.insider(holder, mine, asks.of(holder, polytope)) if mine else ():
            yield _finding(board, attack, leak, mine)


def _finding(board: Board, attack: Attack, leak: Leak, mine: Sequence[Knowledge]) -> Finding:
    quantity = board.quantities[attack.polytope.members[leak.column]]
    value = quantity.value or 0
    alone = any(each.is_alone for each in mine)
    return Finding(
        kind=Kind.UNDECIDED if leak.is_undecided else Kind.LEAK,
        cell=quantity.key,
        attacker=Attacker.PUBLIC if not mine else Attacker.ALONE if alone else Attacker.CONTRIBUTOR,
        interval=Interval(board.amount(value - leak.down.claimed), board.amount(value + leak.up.claimed)),
        required=Interval(board.amount(value - leak.level.lower), board.amount(value + leak.level.upper)),
        width=board.amount(leak.level.width),
        knows=tuple(board.quantities[each.number].key for each in mine),
        sums=in_words(board, leak.sums),
        where=tuple(sorted({place.release for place in quantity.places})),
    )


def _too_close(board: Board, demands: Demands, attack: Attack, number: int) -> Finding | None:
    """Return the finding where what nobody gave a value for can be reckoned closely all the same."""
    column = attack.polytope.column[number]
    down, up = attack.reach(column)
    width = down.certain + up.certain
    if width > (1 + DOUBT) * float(demands.widest) * 2 * abs(up.claimed):
        return None
    quantity = board.quantities[number]
    interval = Interval(board.amount(-down.claimed), board.amount(up.claimed))
    return Finding(Kind.LEAK, quantity.key, interval=interval, sums=in_words(board, attack.polytope.combination()))


def _blocks(board: Board) -> Iterator[tuple[list[int], list[int]]]:
    """Return the quantities that aren't known exactly as they hang together, each block with its equations."""
    leader = list(range(len(board.quantities)))

    def find(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    is_open = [not quantity.is_exact for quantity in board.quantities]
    lines: list[tuple[int, int]] = []
    for place, equation in enumerate(board.equations):
        members = [number for number in (equation.whole, *equation.parts) if is_open[number]]
        for number in members[1:]:
            leader[find(number)] = find(members[0])
        if members:
            lines.append((members[0], place))
    blocks: dict[int, tuple[list[int], list[int]]] = {}
    for number, is_unknown in enumerate(is_open):
        if is_unknown:
            blocks.setdefault(find(number), ([], []))[0].append(number)
    for number, place in lines:
        blocks[find(number)][1].append(place)
    yield from blocks.values()
