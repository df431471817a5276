"""How a description is read before anything is searched in it: what it denies, whom it is for, what is the lesser part.

Every character gets a weight. What is denied (不含施工) counts nothing, the name of a client (为货运代理企业…) and a means
(依托自有系统…) little, what is called minor (附带少量…) little, what is called the main thing (…为主) more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

FULL, MAIN, MINOR, CLIENT, MEANS, DENIED = 1.0, 1.6, 0.3, 0.3, 0.25, 0.0

_ENDS = "，。；：;:!?！？（）()"
_WHOM = (
    "公司|企业|厂商|集团|事务所|银行|车企|药企|机构|部门|医院|学校|高校|运营商|零售商|供应商|设备商|平台方|钢厂|工厂"
)

_RULES: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(rf"(?:为主要价值|为主体|为主)(?=[{_ENDS}]|$)"), MAIN),
    (re.compile(rf"(?:主要做|主要是|主要为|主体为|重点是)([^{_ENDS}]*)"), MAIN),
    (re.compile(rf"(?:附带|附送|另含|兼有|兼做|辅以|少量|其余|余为)([^{_ENDS}]*)"), MINOR),
    (re.compile(rf"(?:为|替|给|帮|受|向|承接)([^{_ENDS}、]{{0,12}}?(?:{_WHOM}))"), CLIENT),
    (re.compile(rf"([^{_ENDS}、]{{0,10}}?(?:{_WHOM}))(?=委托|要求|授权|指定|的)"), CLIENT),
    (
        re.compile(rf"((?:依托|借助|用|利用|通过)(?:自有|自己|自建|自研)[^{_ENDS}]{{0,12}}?(?:系统|平台|软件|工具))"),
        MEANS,
    ),
    (re.compile(rf"([^{_ENDS}、]{{1,12}})以外"), DENIED),
    (
        re.compile(
            rf"(?:不含|不包括|不包含|不做|不负责|不涉及|不属于|不是|不经手|不交付|不承运|不购买|不提供|没有|非)([^{_ENDS}]*)"
        ),
        DENIED,
    ),
)


@dataclass(frozen=True)
class Description:
    """A description in plain form, with a weight for every character."""

    text: str
    weights: tuple[float, ...]

    def weight_at(self, start: int, end: int) -> float:
        """Return what a stretch of the text counts: as much as its least character."""
        return min(self.weights[start:end], default=DENIED)

    def affirms(self, word: str) -> bool:
        """Tell whether the word stands where it is neither denied nor said of somebody else."""
        return any(self.weight_at(at, at + len(word)) >= FULL for at in self.places(word))

    def places(self, word: str) -> tuple[int, ...]:
        """Return where the word begins, every time."""
        return tuple(found.start() for found in re.finditer(re.escape(word), self.text))


def plain(text: str) -> str:
    """Return a text with one form for each character, in small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def describe(text: str) -> Description:
    """Return the description as it is read; later rules take precedence, and what is denied stays denied."""
    shown = plain(text)
    shown = shown.replace(",", "，") if _is_chinese(shown) else shown
    weights = [FULL] * len(shown)
    for pattern, weight in _RULES:
        for found in pattern.finditer(shown):
            start, end = _stretch(found, shown, weight)
            weights[start:end] = [weight] * (end - start)
    return Description(shown, tuple(weights))


def _stretch(found: re.Match[str], text: str, weight: float) -> tuple[int, int]:
    """Return what a rule speaks of: its group, or for a mark at the end of a clause the clause before it."""
    if found.re.groups:
        return found.span(1)
    before = max((text.rfind(mark, 0, found.start()) for mark in _ENDS), default=-1)
    return before + 1, found.start()


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= each <= "\u9fff" for each in text)
