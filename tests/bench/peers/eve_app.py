"""python-eve with two resources, the form of a registration and 平台1表; gunicorn serves it in the benches."""

from __future__ import annotations

import os

from eve import Eve
from flask import Flask

TEXT = {"type": "string", "maxlength": 5000}
FLAG = {"type": "boolean"}
LIST = {"type": "list", "maxlength": 5, "schema": {"type": "string", "maxlength": 120}}

SCHEMA: dict[str, object] = {
    **dict.fromkeys(
        (
            "operator_name",
            "legal_representative",
            "postal_address",
            "contact_person",
            "fax",
            "platform_name",
            "main_trades",
            "background",
            "organisation",
            "trade_so_far",
            "operation_plan",
            "licence_number",
        ),
        TEXT,
    ),
    "credit_code": {"type": "string", "regex": "[0-9A-HJ-NP-RT-UW-Y]{18}"},
    "division": {"type": "string", "regex": "[0-9]{6}"},
    "opened_on": {"type": "string", "regex": "[0-9]{4}-[0-9]{2}-[0-9]{2}"},
    "operating_since": {"type": "string", "regex": "[0-9]{4}-[0-9]{2}-[0-9]{2}"},
    "registered_capital": {"type": ["string", "number"]},
    "trade_volume": {"type": ["string", "number"]},
    "registration_type": {"type": "string", "allowed": ["domestic", "hk_mo_tw", "foreign"]},
    "advanced_technology_enterprise": FLAG,
    "phone": {"type": "string", "regex": "[0-9 +-]{5,25}"},
    "email": {"type": "string", "regex": "[^@]+@[^@]+"},
    "website": {"type": "string", "regex": "https?://.+"},
    "icp_number": {"type": "string", "regex": ".+ICP备[0-9]+号(-[0-9]+)?"},
    "top_suppliers": LIST,
    "top_buyers": LIST,
    "traits": {"type": "dict", "schema": dict.fromkeys(("matching", "services", "online"), FLAG)},
    "conditions": {
        "type": "dict",
        "schema": dict.fromkeys(("legal_person_and_team", "rules_and_quality", "users_and_trades"), FLAG),
    },
}

CELL = {"type": ["integer", "string", "dict"]}
CODES = (*range(601, 610), *range(611, 619), *range(621, 627))
PLATFORM_SCHEMA: dict[str, object] = {
    "answers": {
        "type": "dict",
        "schema": {str(code): {"type": "dict", "schema": {"1": CELL, "2": CELL}} for code in CODES},
    },
    "explanations": {"type": "dict", "valuesrules": {"type": "string", "maxlength": 1000}},
    "evidence": {"type": "list", "maxlength": 20, "schema": {"type": "string"}},
    "nil_reason": {"type": "string", "nullable": True},
}


def app() -> Flask:
    """Return the app; writes wait for a majority, as ours."""
    return Eve(
        settings={
            "MONGO_URI": os.environ["BENCH_MONGO_URI"],
            "MONGO_DBNAME": os.environ["BENCH_DATABASE"],
            "MONGO_WRITE_CONCERN": {"w": "majority"},  # which waits for the journal, by the default of a replica set
            "RESOURCE_METHODS": ["POST"],
            "RENDERERS": ["eve.render.JSONRenderer"],
            "DOMAIN": {"forms": {"schema": SCHEMA}, "filings": {"schema": PLATFORM_SCHEMA}},
        }
    )
