"""What is measured at a done moment, looked up anew for each one: slow, to check the product's running sums."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mappings.events.types import Change, Instant
from mappings.measure.model.field_history import Histories
from mappings.measure.model.ruleset import DAY
from mappings.measure.ticket.contributions import Contribution, Contributions
from mappings.measure.ticket.history import TicketHistory
from mappings.measure.ticket.ledger import LedgerState
from mappings.measure.ticket.objective_history import Late
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


def active_time(work: TicketHistory, until: Instant) -> Tally:
    tally, affiliations, business = Tally(), work.prepared.affiliations, work.prepared.calendar.business
    for place, timeline in enumerate(work.timelines):
        for interval in timeline.spells:
            if interval.start >= until or interval.kind != "active":
                continue
            end = until if interval.end is None else min(interval.end, until)
            account = interval.assignee
            if account is None or account in affiliations.bots:
                tally.sides[UNASSIGNED] += business(interval.start, end)
                continue
            for start, stop, standing in affiliations.stay(account).cut(interval.start, end):
                if business(start, stop):
                    tally.add(standing, account, business(start, stop), (place, start))
    return tally


def logged_time(work: TicketHistory, until: Instant) -> Tally:
    tally = Tally()
    for worklog in work.worklogs:
        standing = work.prepared.affiliations.at(worklog.author, worklog.started) if worklog.started < until else None
        if standing is not None and worklog.author is not None and worklog.seconds > 0:
            tally.add(standing, worklog.author, worklog.seconds, (0, worklog.started))
    return tally


def logged_seconds(work: TicketHistory, until: Instant) -> int:
    bots = work.prepared.affiliations.bots
    return sum(worklog.seconds for worklog in work.worklogs if worklog.started < until and worklog.author not in bots)


def client_time(work: TicketHistory, until: Instant) -> int:
    return sum(
        work.prepared.calendar.business(interval.start, until if interval.end is None else min(interval.end, until))
        for interval in work.own.spells
        if interval.kind == "paused_on_client" and interval.start < until
    )


def opened_by(work: TicketHistory, done: Instant) -> Instant:
    entries = [move.at for line in work.timelines for move in line.moves if move.new == "active" and move.at <= done]
    return min(entries, default=work.ticket.issue.created)


def reviews_until(work: TicketHistory, done: Move) -> list[Move]:
    until = work.own.moves[: work.own.moves.index(done) + 1]
    return [move for move in until if move.old == "review"]


def contributions(work: TicketHistory, state: LedgerState, share: Share, active: Tally) -> Contributions:
    """What people left by a done moment, comments for 3 days more."""
    people: dict[str, Contribution] = defaultdict(Contribution)
    for account, (_, first) in active.first.items():
        people[account].touch(first)
    commenting = _read_comments(work, state.move.at, people)
    assisting = _read_worklogs(work, state.move.at, people) | _read_reviews(work, state.move, people)
    _read_roles(work, state.move.at, people)
    _read_teach_backs(work, state, people)
    weights = share.agencies or dict.fromkeys(commenting or assisting, 1)
    return Contributions(people, bool(share.agency or commenting or assisting), tuple(sorted(weights.items())))


def _read_comments(work: TicketHistory, done: Instant, people: dict[str, Contribution]) -> set[str]:
    agencies: set[str] = set()
    days: dict[str, set[int]] = defaultdict(set)
    for comment in work.said:
        if comment.at > done + work.prepared.ruleset.comment_days * DAY:
            break
        counts = comment.substantive and comment.at >= opened_by(work, done)
        if comment.standing.place == INHOUSE:
            people[comment.author].touch(comment.at)
            if counts:
                people[comment.author].comments += 1
                days[comment.author].add(work.prepared.calendar.day(comment.at).toordinal())
                people[comment.author].days = len(days[comment.author])
        elif counts and comment.standing.place <= OTHER:
            agencies.add(comment.standing.org)
    return agencies


def _read_worklogs(work: TicketHistory, done: Instant, people: dict[str, Contribution]) -> set[str]:
    agencies: set[str] = set()
    for worklog in work.worklogs:
        standing = work.prepared.affiliations.at(worklog.author, worklog.started)
        if standing is None or worklog.author is None or worklog.started >= done:
            continue
        if standing.place == INHOUSE:
            people[worklog.author].touch(worklog.started)
            people[worklog.author].seconds += worklog.seconds
        elif standing.place <= OTHER:
            agencies.add(standing.org)
    return agencies


def _read_reviews(work: TicketHistory, done: Move, people: dict[str, Contribution]) -> set[str]:
    agencies: set[str] = set()
    for move in reviews_until(work, done):
        standing = work.prepared.affiliations.at(move.author, move.at)
        if standing is None or move.author is None:
            continue
        if standing.place == INHOUSE:
            people[move.author].reviewed = True
            people[move.author].touch(move.at, worked=False)
        elif standing.place <= OTHER:
            agencies.add(standing.org)
    return agencies


def _read_roles(work: TicketHistory, done: Instant, people: dict[str, Contribution]) -> None:
    held = [role for role in work.roles if role.since <= done and (role.until is None or role.until >= done)]
    for role in sorted(held, key=lambda role: role.since):
        if _is_inhouse(work, role.account, role.since) or _is_inhouse(work, role.account, done):
            people[role.account].borne.append(role)


def _read_teach_backs(work: TicketHistory, state: LedgerState, people: dict[str, Contribution]) -> None:
    for teach_back in work.teach_backs:
        at = max(teach_back.at, state.move.at)
        in_time = state.reopened is None or teach_back.at < state.reopened
        if teach_back.accepted is not None and in_time and _is_inhouse(work, teach_back.account, at):
            explained = people[teach_back.account].explained
            explained[teach_back.objective] = min(at, explained.get(teach_back.objective, at))


def _is_inhouse(work: TicketHistory, account: str, at: Instant) -> bool:
    standing = work.prepared.affiliations.at(account, at)
    return standing is not None and standing.place == INHOUSE


def objectives_at(work: TicketHistory, instant: Instant) -> Mask:
    return fields_matched(work, instant) | tagged(work, instant)


def fields_matched(work: TicketHistory, instant: Instant) -> Mask:
    """The objectives that the fields matched, each field looked up from its changes."""
    goals, issue, histories = work.prepared.goals, work.ticket.issue, work.histories
    labels = text_at(histories.get("labels", ()), instant, " ".join(issue.labels)) or ""
    type_name = text_at(histories.get("issuetype", ()), instant, issue.type_name) or ""
    texts = [(goals.labels, label) for label in labels.split()]
    texts += [(goals.components, name) for name in components_at(work, instant)]
    texts += [(goals.types, type_name)]
    texts += [(goals.epics, key) for key in parents_at(work, instant)]
    for field, index in goals.fields.items():
        texts += [(index, value) for value in _values(field, work, histories, instant)]
    mask = 0
    for index, text in texts:
        mask |= index.get(text, 0)
    return mask


def components_at(work: TicketHistory, instant: Instant) -> set[str]:
    held = set(work.ticket.issue.components)
    for change in reversed(work.histories.get("components", ())):
        if change.at > instant:
            held.discard(change.new_text or "")
            held.add(change.old_text or "")
    return held


def parents_at(work: TicketHistory, instant: Instant) -> list[str]:
    issue, changes = work.ticket.issue, work.histories.get("parent")
    if not changes:
        return [issue.parent_key] if issue.parent_key else []
    last = last_until(changes, instant)
    number, key = (last.new, last.new_text) if last else (changes[0].old, changes[0].old_text)
    same = issue.parent_key and number and number == str(issue.parent_id)
    return [text for text in (key, issue.parent_key if same else None) if text]


def _values(field: str, work: TicketHistory, histories: Histories, instant: Instant) -> Iterable[str]:
    changes, now = histories.get(field), work.ticket.issue.fields.get(field, ())
    if not changes:
        return now
    text = text_at(changes, instant, None) or ""
    values = {text, *(part.strip() for part in text.split(","))}
    words = not any(change.old or change.new for change in changes) and not any(" " in value for value in now)
    return values | set(text.split()) if words else values


def tagged(work: TicketHistory, instant: Instant) -> Mask:
    mask = 0
    for tag in work.ticket.tags:
        if tag.since <= instant and (tag.until is None or tag.until >= instant) and tag.until != tag.since:
            mask |= work.prepared.goals.bit(tag.objective)
    return mask


def late_objectives(work: TicketHistory, state: LedgerState) -> tuple[Late, ...]:
    """The objectives set after a done moment and still set at the reopening, else now, with their confirmations."""
    goals, done, end = work.prepared.goals, state.move.at, state.reopened
    had = objectives_at(work, done)
    tags = [tag for tag in work.ticket.tags if goals.bit(tag.objective) & ~had]
    since = _matched_later(work, had, done, end)
    for tag in tags:
        if tag.since > done and (end is None or tag.since < end) and tag.until is None:
            since[tag.objective] = min(tag.since, since.get(tag.objective, tag.since))
    found = []
    for key in goals.keys:
        if key in since:
            last = since[key] + goals.pending if end is None else min(since[key] + goals.pending, end)
            given = [tag.confirmed for tag in tags if tag.objective == key and tag.confirmed is not None]
            in_time = [at for at in given if since[key] <= at <= last]
            found.append(Late(key, since[key], min(in_time, default=None)))
    return tuple(found)


def _matched_later(work: TicketHistory, had: Mask, done: Instant, end: Instant | None) -> dict[str, Instant]:
    changes = [change for field in work.prepared.goals.watched for change in work.histories.get(field, ())]
    instants = {change.at for change in changes if change.at > done and (end is None or change.at < end)}
    since: dict[str, Instant] = {}
    for instant in sorted(instants):
        matched = work.prepared.goals.named(fields_matched(work, instant) & ~had)
        since = {key: since.get(key, instant) for key in matched}
    return since
