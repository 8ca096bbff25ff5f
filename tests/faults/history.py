"""The history of the clients against what is stored: nothing acknowledged is lost, nothing has two effects (I1, I2).

Each referral is a register of its own with a sequence of steps, so the histories are compared one referral at a time:
as many effects as acknowledged steps, at most one more for each whose outcome nobody knows, in an order that agrees
with real time.
"""

from collections import Counter, defaultdict

from tests.faults.clients import OK, REFUSED, UNKNOWN

SECOND = {(409, "wrong_state"), (409, "no_capacity")}
STEPS = "SELECT referral_id::text, number, name FROM referral_steptaken ORDER BY referral_id, number"
ACCEPTED = """SELECT referral_id::text, facts ->> 'worker_id' FROM core_event WHERE kind = 'referral.accepted'"""
BEGUN = """SELECT 'need', n.case_id::text, count(*) FROM cases_need n GROUP BY 2
    UNION ALL SELECT 'draft', need_id::text, count(*) FROM referral_referral GROUP BY 2"""
SEEN = """SELECT 'need', id::text FROM cases_need UNION ALL SELECT 'draft', id::text FROM referral_referral"""


def compare(history, product, *, before: int = 0) -> list[str]:
    """Return what does not agree, in words. `before`: how many needs the case had at the start."""
    return [*_begun(history, product, before), *_steps(history, product), *_winners(history, product)]


def _begun(history, product, before):
    stored = Counter({(what, about): number for what, about, number in product.ask(BEGUN)})
    there = set(product.ask(SEEN))
    known, maybe = Counter(), Counter()
    for op in history:
        if op.what in {"need", "draft"}:
            known[op.what, op.about] += op.outcome == OK
            maybe[op.what, op.about] += op.outcome == UNKNOWN
            if op.outcome == OK and (op.what, op.answer["id"]) not in there:
                yield f"lost: {op.what} {op.answer['id']} was acknowledged"
    for one in {*known, *maybe}:
        number = stored[one] - (before if one[0] == "need" else 0)
        if not known[one] <= number <= known[one] + maybe[one]:
            yield f"{one[0]} of {one[1]}: {number} stored, {known[one]} acknowledged, {maybe[one]} unknown"


def _steps(history, product):
    stored = defaultdict(list)
    for pk, _number, name in product.ask(STEPS):
        stored[pk].append(name)
    asked = defaultdict(list)
    for op in history:
        if op.what not in {"need", "draft"}:
            asked[op.about].append(op)
    for pk, ops in asked.items():
        for name in {op.what for op in ops}:
            outcomes = Counter(op.outcome for op in ops if op.what == name)
            number = stored[pk].count(name)
            if not outcomes[OK] <= number <= outcomes[OK] + outcomes[UNKNOWN]:
                yield f"{name} of {pk}: {number} stored, {dict(outcomes)}"
        order = {name: place for place, name in enumerate(stored[pk])}
        done = [op for op in ops if op.outcome == OK and op.what in order]
        for one in done:
            for other in done:
                if one.finished < other.invoked and order[one.what] > order[other.what]:
                    yield f"{pk}: {one.what} was over before {other.what} was asked, and stands after it"


def _winners(history, product):
    stored = dict(product.ask(ACCEPTED))
    for op in history:
        if op.what != "accept":
            continue
        if op.outcome == OK and stored.get(op.about) != op.worker:
            yield f"{op.about}: {op.worker} was told to have it, stored is {stored.get(op.about)}"
        if op.outcome == REFUSED and (op.status, op.answer.get("code")) not in SECOND:
            yield f"{op.about}: who was second was not told so: {op.status} {op.answer.get('code')}"
