"""What gunicorn serves in the benches: registration and filing themselves, and bare validated inserts beside them."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
from flask import Flask, Response, request
from marshmallow import ValidationError

from services.filing.app import create_app as create_filing
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.reading import read as read_answers
from services.filing.schemas.incoming import ContentIn
from services.filing.settings import Settings as FilingSettings
from services.filing.wiring import build as build_filing
from services.registration.app import create_app
from services.registration.schemas.incoming import FormIn
from services.registration.settings import Settings
from services.registration.wiring import build
from shared.clock import SystemClock
from shared.identity.tokens import Verifier
from shared.ids import new_id
from shared.mongo.client import connect
from shared.observability import configure_logging
from shared.settings import read


def registration() -> Flask:
    """Return registration as it runs in production, but for the issuer's keys, which come from a file."""
    configure_logging("registration")
    settings = read(Settings, os.environ)
    wired = build(settings)
    keys = orjson.loads(Path(os.environ["BENCH_JWKS"]).read_bytes())
    return create_app(wired.deps, Verifier.of_one(settings.issuer, lambda: keys, SystemClock()), wired.checks())


def filing() -> Flask:
    """Return filing as it runs in production, but for the issuer's keys, which come from a file."""
    configure_logging("filing")
    settings = read(FilingSettings, os.environ)
    wired = build_filing(settings)
    keys = orjson.loads(Path(os.environ["BENCH_JWKS"]).read_bytes())
    return create_filing(wired.deps, Verifier.of_one(settings.issuer, lambda: keys, SystemClock()), wired.checks())


def bare_filing() -> Flask:
    """Return an app that reads the answers by the form and inserts what came as it is: no sign-in, no rule checked."""
    app = Flask("bare")
    catalogue, schema = load_catalogue(KnownLists()), ContentIn()
    form = next(each for each in catalogue.editions[-1].forms if each.key == "platform-1")
    filings = connect(os.environ["BENCH_MONGO_URI"])[os.environ["BENCH_DATABASE"]]["filings"]

    @app.post("/filings")
    def insert() -> Response:
        body = orjson.loads(request.get_data())
        try:
            content = schema.load(body)
        except ValidationError as error:
            return Response(orjson.dumps(error.messages), 422, mimetype="application/json")
        if read_answers(form, dict(content.answers)).problems:
            return Response(b"{}", 422, mimetype="application/json")
        body["_id"] = new_id()
        filings.insert_one(body)
        return Response(orjson.dumps(body), 201, mimetype="application/json")

    return app


def bare() -> Flask:
    """Return an app that checks the form by the same schema and inserts it as it is: no sign-in, no history."""
    app = Flask("bare")
    schema = FormIn()
    forms = connect(os.environ["BENCH_MONGO_URI"])[os.environ["BENCH_DATABASE"]]["forms"]

    @app.post("/forms")
    def insert() -> Response:
        form = orjson.loads(request.get_data())
        try:
            schema.load(form)
        except ValidationError as error:
            return Response(orjson.dumps(error.messages), 422, mimetype="application/json")
        form["_id"] = new_id()
        forms.insert_one(form)
        return Response(orjson.dumps(form), 201, mimetype="application/json")

    return app
