"""The 注册信息表 on paper: HTML in the layout of the annexed form, made into PDF."""

from __future__ import annotations

from services.registration.printing.printer import WeasyPrinter

__all__ = ["WeasyPrinter"]
