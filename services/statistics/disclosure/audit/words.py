"""Findings in Chinese words, for the office that protects."""

from __future__ import annotations

from collections.abc import Iterable

from services.statistics.disclosure.audit.board import Board
from services.statistics.disclosure.audit.report import Attacker, Finding, Interval, Kind
from services.statistics.disclosure.tables import Key

KINDS = {
    Kind.SHOWN: "应保密而已公开",
    Kind.NO_EVIDENCE: "没有填报单位数或最大值，不能判断",
    Kind.LEAK: "已隐去但可推算",
    Kind.UNDECIDED: "求解未能证明安全",
}
ATTACKERS = {
    Attacker.PUBLIC: "任何读者",
    Attacker.ALONE: "独自构成某一隐去单元的填报单位",
    Attacker.CONTRIBUTOR: "知道自身数值的填报单位",
}
MOST_NAMED = 6


def in_words(board: Board, combination: Iterable[tuple[int, float]]) -> tuple[str, ...]:
    """Return the sums that an attacker combines, each as what is hidden on both sides and what is known."""
    return tuple(_sum(board, number) for number, _ in combination)


def describe(finding: Finding) -> str:
    """Return a finding as a line of text."""
    parts = [f"{name(finding.cell)}：{KINDS[finding.kind]}"]
    if finding.interval:
        parts.append(f"{ATTACKERS[finding.attacker]}可推算为{_interval(finding.interval)}")
    if finding.required:
        parts.append(f"应不窄于{_interval(finding.required)}")
    if finding.width:
        parts.append(f"宽度应不小于 {finding.width:f}")
    if finding.knows:
        parts.append("已知自身数值的单元：" + "、".join(name(key) for key in finding.knows[:MOST_NAMED]))
    if finding.sums:
        parts.append("依据：" + "；".join(finding.sums))
    if finding.where:
        parts.append("所在发布：" + "、".join(finding.where))
    return "，".join(parts)


def name(key: Key) -> str:
    """Return a cell by its measure and codes."""
    measure, codes = key
    return f"{measure}[{' × '.join(codes)}]"


def _interval(interval: Interval) -> str:
    return f" {interval.low.normalize():f} 至 {interval.high.normalize():f} "


def _sum(board: Board, number: int) -> str:
    equation = board.equations[number]
    whole = board.quantities[equation.whole]
    parts = [board.quantities[part] for part in equation.parts]
    hidden = [name(part.key) for part in parts if not part.is_exact]
    seen = len(parts) - len(hidden)
    left = f"{name(whole.key)}{'（已知）' if whole.is_exact else ''}"
    named = " + ".join(hidden[:MOST_NAMED]) + (f" 等 {len(hidden)} 项" if len(hidden) > MOST_NAMED else "")
    return f"{left} = {' + '.join(each for each in (named, f'已知的 {seen} 项' if seen else '') if each)}"
