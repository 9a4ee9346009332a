"""What is measured at a done moment, looked up anew for each one: slow, to check the product's running sums."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mappings.events.times import DAY
from mappings.events.types import Change, Instant
from mappings.measure.model.field_history import Histories
from mappings.measure.ticket.contributions import Contribution, Contributions
from mappings.measure.ticket.history import TicketHistory
from mappings.measure.ticket.ledger import LedgerState
from mappings.measure.ticket.objective_history import LateObjective
from mappings.measure.ticket.objective_mapping import Mask
from mappings.measure.ticket.timeline import Move
from mappings.measure.ticket.work_shares import INHOUSE, OTHER, UNASSIGNED, Share, Tally


def last_until(changes: Sequence[Change], instant: Instant) -> Change | None:
    """The last change at or before an instant."""
    return next((change for change in reversed(changes) if change.at <= instant), None)


def text_at(changes: Sequence[Change], instant: Instant, now: str | None) -> str | None:
    if not changes:
        return now
    last = last_until(changes, instant)
    return last.new_text if last else changes[0].old_text


def active_time(history: TicketHistory, until: Instant) -> Tally:
    tally, affiliations, business = Tally(), history.prepared.affiliations, history.prepared.calendar.business
    for place, timeline in enumerate(history.timelines):
        for interval in timeline.intervals:
            if interval.start >= until or interval.kind != "active":
                continue
            end = until if interval.end is None else min(interval.end, until)
            account = interval.assignee
            if account is None or account in affiliations.bots:
                tally.sides[UNASSIGNED] += business(interval.start, end)
                continue
            for start, stop, affiliation in affiliations.span(account).cut(interval.start, end):
                if business(start, stop):
                    tally.add(affiliation, account, business(start, stop), (place, start))
    return tally


def logged_time(history: TicketHistory, until: Instant) -> Tally:
    tally = Tally()
    for worklog in history.worklogs:
        affiliation = (
            history.prepared.affiliations.at(worklog.author, worklog.started) if worklog.started < until else None
        )
        if affiliation is not None and worklog.author is not None and worklog.seconds > 0:
            tally.add(affiliation, worklog.author, worklog.seconds, (0, worklog.started))
    return tally


def logged_seconds(history: TicketHistory, until: Instant) -> int:
    bots = history.prepared.affiliations.bots
    return sum(
        worklog.seconds for worklog in history.worklogs if worklog.started < until and worklog.author not in bots
    )


def client_time(history: TicketHistory, until: Instant) -> int:
    return sum(
        history.prepared.calendar.business(interval.start, until if interval.end is None else min(interval.end, until))
        for interval in history.own.intervals
        if interval.kind == "paused_on_client" and interval.start < until
    )


def opened_by(history: TicketHistory, done: Instant) -> Instant:
    entries = [move.at for line in history.timelines for move in line.moves if move.new == "active" and move.at <= done]
    return min(entries, default=history.ticket.issue.created)


def reviews_until(history: TicketHistory, done: Move) -> list[Move]:
    until = history.own.moves[: history.own.moves.index(done) + 1]
    return [move for move in until if move.old == "review"]


def contributions(history: TicketHistory, state: LedgerState, share: Share, active: Tally) -> Contributions:
    """What people left by a done moment, comments for 3 days more."""
    people: dict[str, Contribution] = defaultdict(Contribution)
    for account, (_, first) in active.first.items():
        people[account].touch(first)
    commenting = _read_comments(history, state.move.at, people)
    assisting = _read_worklogs(history, state.move.at, people) | _read_reviews(history, state.move, people)
    _read_roles(history, state.move.at, people)
    _read_teach_backs(history, state, people)
    weights = share.agencies or dict.fromkeys(commenting or assisting, 1)
    return Contributions(people, bool(share.agency or commenting or assisting), tuple(sorted(weights.items())))


def _read_comments(history: TicketHistory, done: Instant, people: dict[str, Contribution]) -> set[str]:
    agencies: set[str] = set()
    days: dict[str, set[int]] = defaultdict(set)
    for comment in history.comment_counts:
        if comment.at > done + history.prepared.ruleset.comment_days * DAY:
            break
        counts = comment.substantive and comment.at >= opened_by(history, done)
        if comment.affiliation.place == INHOUSE:
            people[comment.author].touch(comment.at)
            if counts:
                people[comment.author].comments += 1
                days[comment.author].add(history.prepared.calendar.day(comment.at).toordinal())
                people[comment.author].days = len(days[comment.author])
        elif counts and comment.affiliation.place <= OTHER:
            agencies.add(comment.affiliation.org)
    return agencies


def _read_worklogs(history: TicketHistory, done: Instant, people: dict[str, Contribution]) -> set[str]:
    agencies: set[str] = set()
    for worklog in history.worklogs:
        affiliation = history.prepared.affiliations.at(worklog.author, worklog.started)
        if affiliation is None or worklog.author is None or worklog.started >= done:
            continue
        if affiliation.place == INHOUSE:
            people[worklog.author].touch(worklog.started)
            people[worklog.author].seconds += worklog.seconds
        elif affiliation.place <= OTHER:
            agencies.add(affiliation.org)
    return agencies


def _read_reviews(history: TicketHistory, done: Move, people: dict[str, Contribution]) -> set[str]:
    agencies: set[str] = set()
    for move in reviews_until(history, done):
        affiliation = history.prepared.affiliations.at(move.author, move.at)
        if affiliation is None or move.author is None:
            continue
        if affiliation.place == INHOUSE:
            people[move.author].reviewed = True
            people[move.author].touch(move.at, worked=False)
        elif affiliation.place <= OTHER:
            agencies.add(affiliation.org)
    return agencies


def _read_roles(history: TicketHistory, done: Instant, people: dict[str, Contribution]) -> None:
    held = [role for role in history.roles if role.since <= done and (role.until is None or role.until >= done)]
    for role in sorted(held, key=lambda role: role.since):
        if _is_inhouse(history, role.account, role.since) or _is_inhouse(history, role.account, done):
            people[role.account].borne.append(role)


def _read_teach_backs(history: TicketHistory, state: LedgerState, people: dict[str, Contribution]) -> None:
    for teach_back in history.teach_backs:
        at = max(teach_back.at, state.move.at)
        in_time = state.reopened is None or teach_back.at < state.reopened
        if teach_back.accepted is not None and in_time and _is_inhouse(history, teach_back.account, at):
            explained = people[teach_back.account].explained
            explained[teach_back.objective] = min(at, explained.get(teach_back.objective, at))


def _is_inhouse(history: TicketHistory, account: str, at: Instant) -> bool:
    affiliation = history.prepared.affiliations.at(account, at)
    return affiliation is not None and affiliation.place == INHOUSE


def objectives_at(history: TicketHistory, instant: Instant) -> Mask:
    return fields_matched(history, instant) | tagged(history, instant)


def fields_matched(history: TicketHistory, instant: Instant) -> Mask:
    """The objectives that the fields matched, each field looked up from its changes."""
    goals, issue, histories = history.prepared.objective_index, history.ticket.issue, history.histories
    labels = text_at(histories.get("labels", ()), instant, " ".join(issue.labels)) or ""
    type_name = text_at(histories.get("issuetype", ()), instant, issue.type_name) or ""
    texts = [(goals.labels, label) for label in labels.split()]
    texts += [(goals.components, name) for name in components_at(history, instant)]
    texts += [(goals.types, type_name)]
    texts += [(goals.epics, key) for key in parents_at(history, instant)]
    for field, index in goals.fields.items():
        texts += [(index, value) for value in _values(field, history, histories, instant)]
    mask = 0
    for index, text in texts:
        mask |= index.get(text, 0)
    return mask


def components_at(history: TicketHistory, instant: Instant) -> set[str]:
    held = set(history.ticket.issue.components)
    for change in reversed(history.histories.get("components", ())):
        if change.at > instant:
            held.discard(change.new_text or "")
            held.add(change.old_text or "")
    return held


def parents_at(history: TicketHistory, instant: Instant) -> list[str]:
    issue, changes = history.ticket.issue, history.histories.get("parent")
    if not changes:
        return [issue.parent_key] if issue.parent_key else []
    last = last_until(changes, instant)
    number, key = (last.new, last.new_text) if last else (changes[0].old, changes[0].old_text)
    same = issue.parent_key and number and number == str(issue.parent_id)
    return [text for text in (key, issue.parent_key if same else None) if text]


def _values(field: str, history: TicketHistory, histories: Histories, instant: Instant) -> Iterable[str]:
    changes, now = histories.get(field), history.ticket.issue.fields.get(field, ())
    if not changes:
        return now
    text = text_at(changes, instant, None) or ""
    values = {text, *(part.strip() for part in text.split(","))}
    words = not any(change.old or change.new for change in changes) and not any(" " in value for value in now)
    return values | set(text.split()) if words else values


def tagged(history: TicketHistory, instant: Instant) -> Mask:
    mask = 0
    for tag in history.ticket.tags:
        if tag.since <= instant and (tag.until is None or tag.until >= instant) and tag.until != tag.since:
            mask |= history.prepared.objective_index.bit(tag.objective)
    return mask


def late_objectives(history: TicketHistory, state: LedgerState) -> tuple[LateObjective, ...]:
    """The objectives set after a done moment and still set at the reopening, else now, with their confirmations."""
    goals, done, end = history.prepared.objective_index, state.move.at, state.reopened
    had = objectives_at(history, done)
    tags = [tag for tag in history.ticket.tags if goals.bit(tag.objective) & ~had]
    since = _matched_later(history, had, done, end)
    for tag in tags:
        if tag.since > done and (end is None or tag.since < end) and tag.until is None:
            since[tag.objective] = min(tag.since, since.get(tag.objective, tag.since))
    rows = []
    for key in goals.keys:
        if key in since:
            last = since[key] + goals.pending if end is None else min(since[key] + goals.pending, end)
            given = [tag.confirmed for tag in tags if tag.objective == key and tag.confirmed is not None]
            in_time = [at for at in given if since[key] <= at <= last]
            rows.append(LateObjective(key, since[key], min(in_time, default=None)))
    return tuple(rows)


def _matched_later(history: TicketHistory, had: Mask, done: Instant, end: Instant | None) -> dict[str, Instant]:
    changes = [
        change for field in history.prepared.objective_index.watched for change in history.histories.get(field, ())
    ]
    instants = {change.at for change in changes if change.at > done and (end is None or change.at < end)}
    since: dict[str, Instant] = {}
    for instant in sorted(instants):
        matched = history.prepared.objective_index.named(fields_matched(history, instant) & ~had)
        since = {key: since.get(key, instant) for key in matched}
    return since
