"""What stands beside a filing on its pages: threads, marks, the assignment and the review day."""

from __future__ import annotations

from services.portal.model.filing import FilingAnswer
from services.portal.model.survey import FormAnswer
from services.portal.policy import READERS_OF_QUEUES, files_for
from services.portal.presenters.review_casework import Beside, assigned_view, beside, deadline_of, mark_views
from services.portal.presenters.threads import ThreadView, thread_views
from services.portal.routes import guard
from services.portal.routes.guard import deps
from shared.clock import local_date


def beside_review(filing: FilingAnswer, form: FormAnswer, *, can_decide: bool) -> dict[str, object]:
    """Return what the page of a review shows beside the form; who may be given the filing where the reader decides."""
    token, account = guard.token(), guard.account()
    threads = threads_on(filing)
    marks = mark_views(deps().filing_casework.marks(token, filing["id"]), form)
    assigned = None
    if can_decide:
        assignee = deps().filing_casework.assignee(token, filing["id"])
        assigned = assigned_view(assignee, deps().reviewers.list(token), account.id)
    is_own = files_for(account, filing["unit_id"])
    return {
        "threads": threads,
        "marks": marks,
        "beside": beside(filing, threads, marks, can_write=not is_own),
        "assigned": assigned,
        "deadline": deadline_of(filing, local_date(deps().clock.now())),
        "new_key": deps().secrets.new,
    }


def threads_on(filing: FilingAnswer) -> tuple[ThreadView, ...]:
    """Return the threads of a filing that the person reads; none of one that was never submitted."""
    if not filing["revision"]:
        return ()
    return thread_views(deps().filing_casework.threads(guard.token(), filing["id"]), guard.account().id)


def questions_beside(filing: FilingAnswer) -> tuple[tuple[ThreadView, ...], Beside]:
    """Return the threads for the pages of whoever filed, by the places where they stand."""
    threads = threads_on(filing)
    can_write = guard.account().role in READERS_OF_QUEUES and not files_for(guard.account(), filing["unit_id"])
    return threads, beside(filing, threads, (), can_write=can_write)
