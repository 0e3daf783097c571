"""When a cover's pooled benefits begin, and newborns' covers that reach back to birth."""
import calendar
import datetime
from dataclasses import replace

DAY = datetime.timedelta(days=1)


def effective(version, member):
    """The covers with the days from which the pool is really open, and the clause of the wait."""
    return [_waiting(version, member, _reaching_back(version, member, c), c)
            for c in member.covers]


def _rule(version, cover):
    return next((r for r in version.policy.get("waiting", ())
                 if cover.insutype in r["insutypes"]), None)


def _reaching_back(version, member, cover):
    """A cover that begins soon after birth begins with it, unless enrolment says that it waits."""
    rule = _rule(version, cover)
    days = int(rule.get("newborn_days", 0)) if rule else 0
    if 0 < (cover.begin - member.born).days <= days and cover.pool_begin <= cover.begin:
        return replace(cover, begin=member.born, pool_begin=member.born, stated=cover.begin)
    return cover


def _waiting(version, member, cover, stated):
    rule = _rule(version, cover)
    if not rule or cover.begin != stated.begin or not _waits(version, member, rule, stated):
        return replace(cover, wait_clause="")
    opens = _infant_opens(rule, member, stated)
    if opens is None:
        opens = _wait_over(version, member, rule, stated)
    if opens <= cover.pool_begin:
        return replace(cover, wait_clause="")
    return replace(cover, pool_begin=opens, wait_clause=rule["clause"])


def _infant_opens(rule, member, stated):
    """The day for who was insured as an infant and need not wait; None for everybody else."""
    infants = rule.get("infants")
    if not infants or not (
            member.born <= stated.begin <= _months_after(member.born, int(infants["months"]))):
        return None
    return stated.begin + (DAY if infants["opens"] == "next_day" else 0 * DAY)


def _wait_over(version, member, rule, stated):
    months = int(rule["months"])
    earlier = _earlier(member, stated)
    if earlier:
        missed = version.year_of(stated.begin) - version.year_of(max(c.end for c in earlier)) - 1
        months += max(0, missed) * int(rule.get("per_missed_year", 0))
    return _months_after(stated.begin, months)


def _earlier(member, cover):
    """Of any type, that ended before this one began."""
    return [c for c in member.covers if c.end < cover.begin]


def _waits(version, member, rule, cover):
    if any(c is not cover and c.holds(cover.begin - DAY) for c in member.covers):
        return False
    if any(i.name in rule.get("exempt", ()) and i.begin <= cover.begin <= i.end
           for i in member.identities):
        return False
    earlier = _earlier(member, cover)
    if "grace" in rule and any(
            c.insutype in rule["grace"]["after"]
            and (cover.begin - c.end).days <= int(rule["grace"]["days"]) for c in earlier):
        return False
    late = cover.begin > _window_end(version, rule, cover.begin)
    return "late" in rule["when"] and late or "break" in rule["when"] and bool(earlier)


def _window_end(version, rule, begin):
    """The last day of the benefit year's window that holds the beginning."""
    year = version.year_of(begin)
    first = version.year_begins(year)
    if "window_ends" not in rule:
        return first
    month, day = map(int, rule["window_ends"].split("-"))
    end = datetime.date(year, month, day)
    return end if end >= first else datetime.date(year + 1, month, day)


def _months_after(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))
