"""The pages' templates, and their own style sheet and script."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "assets",
    __name__,
    template_folder="../templates",
    static_folder="../static",
    static_url_path="/assets",
)
