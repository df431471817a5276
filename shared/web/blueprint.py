"""Blueprint whose arguments are parsed strictly: media type, JSON and unknown fields are all checked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import flask_smorest
import orjson
from flask import Request, Response, request
from flask_smorest.utils import unpack_tuple_response
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.wrappers import Response as BaseResponse

from shared.errors import Invalid, Malformed, Problem, UnsupportedMedia
from shared.fields import problems_of
from shared.web.dumping import compiled


class StrictParser(FlaskParser):
    """Takes `application/json` only, refuses unknown fields everywhere, and reports all faults at once."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {"json": None, "query": RAISE}  # noqa: RUF012  webargs declares it so

    def use_args(self, argmap: Any, *arguments: Any, location: str | None = None, **options: Any) -> Any:
        """Return the decorator that parses by a schema; a class is built here once, and not at every request.

        A body is read and loaded at once, without webargs' ways for other frameworks and kinds of arguments.
        """
        schema = argmap() if isinstance(argmap, type) else argmap
        if location != "json":
            return super().use_args(schema, *arguments, location=location, **options)

        def decorate(view: Callable[..., object]) -> Callable[..., object]:
            @wraps(view)
            def parse_first(*before: object, **in_path: object) -> object:
                return view(*before, self.load_body(request, schema), **in_path)

            return parse_first

        return decorate

    def load_body(self, req: Request, schema: Schema) -> object:
        """Return the loaded body. Raises `UnsupportedMedia`, `Malformed`, and `Invalid` with every fault."""
        try:
            return schema.load(self.load_json(req, schema))
        except ValidationError as error:
            raise Invalid(problems_of(error)) from None

    def load_json(self, req: Request, schema: Schema) -> Any:  # Any: whatever JSON the client sent
        """Return the parsed body. Raises `UnsupportedMedia` or `Malformed`."""
        if req.mimetype != "application/json":
            raise UnsupportedMedia("请求体应为 application/json。")
        try:
            return orjson.loads(req.get_data(cache=True))
        except orjson.JSONDecodeError as error:
            raise Malformed("请求体不是有效的 JSON。") from error

    def load_querystring(self, req: Request, schema: Schema) -> Any:  # Any: webargs' view of the parameters
        """Return the query. Raises `Invalid` for a parameter that comes twice: readers differ in which one they take."""
        repeated = [name for name in schema.fields if len(req.args.getlist(name)) > 1]
        if repeated:
            raise Invalid(Problem(f"/{name}", "repeated", "参数不能重复。", "一个值") for name in repeated)
        return super().load_querystring(req, schema)

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Any,
    ) -> NoReturn:
        """Raise `Invalid` with every fault; webargs puts the location's name around the messages."""
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow leaves it untyped
        for location in ("json", "query"):
            inner = messages.get(location)
            if inner is not None:
                raise Invalid(problems_of(ValidationError(inner)))
        raise Invalid(problems_of(error))


View = Callable[..., Any]


class Blueprint(flask_smorest.Blueprint):
    """flask-smorest's blueprint with the strict parser, and with answers dumped by schemas that are compiled once."""

    ARGUMENTS_PARSER = StrictParser()

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """Return the decorator that answers with what a view returns: a body, or body, status and headers.

        A response that is complete goes out as it is.
        """
        describe: Callable[[View], View] = super().response(status_code, schema, **options)
        if not (isinstance(schema, type) and issubclass(schema, Schema)):
            return describe
        dump = compiled(schema())

        def decorate(view: View) -> View:
            @wraps(describe(view))
            def respond(*arguments: object, **in_path: object) -> Any:
                body, status, headers = unpack_tuple_response(view(*arguments, **in_path))
                if isinstance(body, BaseResponse):
                    return body if status is None and headers is None else (body, status, headers)
                return Response(orjson.dumps(dump(body)), status or status_code, headers, mimetype="application/json")

            return respond

        return decorate
