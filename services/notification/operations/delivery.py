"""Telling the recipients of an occasion: a notice for each, and a mail where they want one."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from services.notification.model.mails import Letter, Mail
from services.notification.model.notices import Arrival, Contact, Notice, notice_id, scope_of
from services.notification.model.occasions import LINK, PORTAL_URL, MailChoice, Occasion
from services.notification.model.templates import Rendered, render
from services.notification.ports import Deps
from shared import failpoints
from shared.contracts.notification import ADDRESS
from shared.errors import Unavailable

AT_ONCE = 50
LEAST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)

log = structlog.get_logger()


def deliver_arrivals(deps: Deps) -> int:
    """Tell the recipients of what arrived, and return how many arrivals were worked off.

    Actor: none (a periodic job). Any number of workers may do this at once and be killed at any point: notices and
    mails have ids that follow from recipient and occasion, so that doing it again adds nothing. While identity does
    not answer, an arrival waits as long as it has waited.
    """
    done = 0
    for arrival in deps.arrivals.due(deps.clock.now(), AT_ONCE):
        try:
            told = 0 if deps.settlements.is_settled(arrival.occasion, arrival.once) else _deliver(deps, arrival)
        except Unavailable:
            now = deps.clock.now()
            deps.arrivals.postpone(arrival.id, now + min(max(now - arrival.at, LEAST_WAIT), LONGEST_WAIT))
            log.warning("arrival_postponed", arrival_id=arrival.id, occasion=arrival.occasion)
            continue
        failpoints.hit("notice.delivered_not_done")
        if deps.settlements.is_settled(arrival.occasion, arrival.once):  # also where that came while it was delivered
            deps.settlements.settle(arrival.occasion, arrival.once, deps.clock.now())
        deps.arrivals.done(arrival.id)
        log.info("arrival_delivered", arrival_id=arrival.id, occasion=arrival.occasion, recipients=told)
        done += 1
    return done


def _deliver(deps: Deps, arrival: Arrival) -> int:
    """Tell everybody, and return how many they are."""
    occasion = deps.occasions.by_key[arrival.occasion]
    template = deps.templates.get(occasion.key)
    values = {**arrival.values, LINK: deps.portal_url + (arrival.link or "/"), PORTAL_URL: deps.portal_url}
    rendered = render(template.current(occasion), occasion, values)
    now = deps.clock.now()
    if "address" in arrival.to:
        _mail(deps, arrival, occasion, template.published, Contact("", arrival.values[ADDRESS]), rendered, now)
        return 1
    contacts = deps.contacts.of(arrival.to)
    for contact in contacts:
        delivery = deps.preferences.get(contact.account_id).delivery_of(occasion)
        if occasion.has_notice:
            made = _notice(arrival, occasion, template.published, contact, rendered, delivery, now)
            delivery = deps.notices.add(made).delivery  # what was decided first stays
            failpoints.hit("notice.stored_no_mail")
        if delivery is MailChoice.AT_ONCE and contact.email:
            _mail(deps, arrival, occasion, template.published, contact, rendered, now)
    if not contacts:
        log.warning("nobody_to_tell", arrival_id=arrival.id, occasion=arrival.occasion)
    return len(contacts)


def _notice(
    arrival: Arrival,
    occasion: Occasion,
    version: int,
    contact: Contact,
    rendered: Rendered,
    delivery: MailChoice,
    now: datetime,
) -> Notice:
    return Notice(
        id=notice_id(contact.account_id, occasion.key, arrival.once),
        at=now,
        account_id=contact.account_id,
        scope=scope_of(arrival.to),
        occasion=occasion.key,
        link=arrival.link,
        about=arrival.about,
        template_version=version,
        title=rendered.title,
        text=rendered.text,
        delivery=delivery,
        once=arrival.once,
    )


def _mail(
    deps: Deps,
    arrival: Arrival,
    occasion: Occasion,
    version: int,
    contact: Contact,
    rendered: Rendered,
    now: datetime,
) -> None:
    until = None if occasion.valid_minutes is None else arrival.at + timedelta(minutes=occasion.valid_minutes)
    mail = Mail(
        id=notice_id(contact.account_id or "address", occasion.key, arrival.once),
        at=now,
        account_id=contact.account_id,
        occasion=occasion.key,
        template_version=version,
        due_at=now,
        valid_until=until,
        correlation_id=arrival.correlation_id,
    )
    deps.mails.add(mail, Letter(contact.email, rendered.subject, rendered.mail))
