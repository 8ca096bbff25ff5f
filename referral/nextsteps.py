"""After every answer a next step: a table from what was answered to what its sender can do now (DOMAIN 4.1, 4.3, 4.4).

The first step that fits is put forward, the others stand beside it. Codes are those of the list `next_step`.
"""

from dataclasses import dataclass

from django.db.models import Count, Q

from cases.models import Case, Need
from cases.models.cases import FINAL_NEEDS
from referral.models import Correction, Referral
from referral.models.links import ANSWERS
from referral.states import OPEN, RUNNING, S, codes

DECLINES = 3  # of one need, then the supervisor calls people together (DOMAIN 4.3)

_OTHERS = ("draft_suggested", "choose_other")
AFTER: dict[str, tuple[str, ...]] = {
    "declined.no_capacity": (*_OTHERS, "remind_later", "record_unmet"),
    "declined.not_eligible": (*_OTHERS, "correct_person", "record_unmet"),
    "declined.out_of_area": (*_OTHERS, "correct_person", "record_unmet"),
    "declined.service_not_provided": (*_OTHERS, "record_unmet"),
    "declined.service_suspended": (*_OTHERS, "remind_later", "record_unmet"),
    "declined.already_served": ("ask_person", "settle_need"),
    "declined.duplicate": ("see_others", "settle_need"),
    "declined.insufficient_information": ("send_again", "collect_missing", "choose_other"),
    "declined.no_interpretation": (*_OTHERS, "find_interpreter", "record_unmet"),
    "declined.safety_concern": ("assess_safety", "case_conference", "choose_other"),
    "declined.conflict_of_interest": (*_OTHERS, "record_unmet"),
    "declined.no_mandate": (*_OTHERS, "record_unmet"),
    "declined.other": (*_OTHERS, "remind_later", "record_unmet"),
    "expired": ("choose_other", "call_partner", "send_again", "record_unmet"),
    "waitlisted": ("choose_other", "remind_later"),
    "cancelled": ("choose_other",),
    "withdrawn": ("ask_person", "settle_need"),
    "withdrawn.consent_withdrawn": ("ask_person", "settle_need"),  # superseded: another partner has accepted
    "not_completed.client_declined": ("ask_person", "settle_need", "choose_other"),
    "not_completed.client_no_show": ("ask_person", "send_again", "choose_other"),
    "not_completed.client_unreachable": ("ask_person", "send_again"),
    "not_completed.client_moved": ("correct_person", "choose_other"),
    "not_completed.found_ineligible": ("choose_other", "correct_person", "record_unmet"),
    "not_completed.service_failed": ("choose_other", "record_unmet"),
    "not_completed.died": ("close_case",),
    "completed.provided_full": ("settle_need",),
    "completed.provided_part": ("settle_need", "choose_other"),
    "completed.referred_on": ("ask_person", "settle_need"),
    "completed.need_met_elsewhere": ("settle_need",),
}
RUNS_ON = frozenset({"close_case"})  # may be taken when the need is settled already
NOT_THEM = frozenset({"conflict_of_interest"})  # after this answer no service of the same partner is proposed


@dataclass(frozen=True, kw_only=True)
class Way:
    """Who may take a next step (one of the verbs is enough), and the kind of its page."""

    verbs: tuple[str, ...]
    task: bool = False  # becomes a task with a day
    posts: bool = False  # done by one tap, without a page of its own


WAYS: dict[str, Way] = {
    "draft_suggested": Way(verbs=("referral.draft",), posts=True),
    "choose_other": Way(verbs=("referral.draft",)),
    "send_again": Way(verbs=("referral.draft",), posts=True),
    "collect_missing": Way(verbs=("task.write",), task=True),
    "remind_later": Way(verbs=("task.write",), task=True),
    "find_interpreter": Way(verbs=("task.write",), task=True),
    "ask_person": Way(verbs=("task.write",), task=True),
    "case_conference": Way(verbs=("task.write",), task=True),
    "correct_person": Way(verbs=("person.write",)),
    "assess_safety": Way(verbs=("case.write",)),
    "see_others": Way(verbs=("referral.draft",)),
    "settle_need": Way(verbs=("need.write",)),
    "record_unmet": Way(verbs=("referral.draft",)),
    "call_partner": Way(verbs=("directory.read",)),
    "close_case": Way(verbs=("case.write",)),
    "acknowledge": Way(verbs=("referral.answer", "referral.answer_assigned")),
    "correct_card": Way(verbs=("capacity.set", "service.manage")),
    "own_case": Way(verbs=("case.open",)),
    "refer_on": Way(verbs=("referral.draft",)),
}


def situation(referral: Referral) -> str:
    """Return what was answered, as the key of AFTER: the state, with the reason or the outcome where there is one."""
    said = {
        S.DECLINED: referral.reason,
        S.WITHDRAWN: referral.withdrawal_reason,
        S.COMPLETED: referral.outcome,
        S.NOT_COMPLETED: referral.outcome,
    }
    return ".".join(filter(None, [referral.state, said.get(referral.state, "")]))


def allowed(code: str, actor) -> bool:
    """Return whether the actor's role includes a next step."""
    return any(actor.may(verb) for verb in WAYS[code].verbs)


def first(referral: Referral, actor) -> str:
    """Return the step that is put forward by what stands in the row itself, "" where there is none. No query."""
    return next((code for code in AFTER.get(situation(referral), ()) if _fits(code, referral, actor)), "")


def _fits(code: str, referral: Referral, actor) -> bool:
    return allowed(code, actor) and (code != "draft_suggested" or referral.suggested_service_id is not None)


def next_steps(referral: Referral, actor) -> list[str]:
    """Return the codes of what this actor can do next, the first one put forward. At most two queries a side."""
    found = _for_sender(referral, actor) if referral.sender_id == actor.organisation_id else []
    if referral.receiver_id == actor.organisation_id:
        found += _for_receiver(referral, actor)
    return found


def _for_sender(referral: Referral, actor) -> list[str]:
    found = [code for code in AFTER.get(situation(referral), ()) if _fits(code, referral, actor)]
    if not found:
        return []
    status = Need.objects.visible_to(actor).filter(pk=referral.need_id).values_list("status", flat=True).first()
    if status is None or status in FINAL_NEEDS:
        return [code for code in found if code in RUNS_ON]
    of_need = Referral.objects.visible_to(actor).filter(need_id=referral.need_id)
    count = of_need.aggregate(
        open=Count("pk", filter=Q(state__in=codes(OPEN)) & ~Q(pk=referral.pk)),
        declined=Count("pk", filter=Q(state=S.DECLINED)),
    )
    first_of_all = []
    if count["open"]:
        first_of_all.append("see_others")
    if referral.state == S.DECLINED and count["declined"] >= DECLINES and allowed("case_conference", actor):
        first_of_all.append("case_conference")
    return first_of_all + [code for code in found if code not in first_of_all]


def _for_receiver(referral: Referral, actor) -> list[str]:
    found = []
    if referral.amendment_waits and may_acknowledge(referral, actor):
        found.append("acknowledge")
    if referral.state in RUNNING:
        opened = Case.objects.visible_to(actor).filter(parent_referral_id=referral.pk).exists()
        if not opened and allowed("own_case", actor) and actor.may("person.write"):
            found.append("own_case")
        if allowed("refer_on", actor):
            found.append("refer_on")
    if referral.state == S.DECLINED and allowed("correct_card", actor):
        waits = Correction.objects.visible_to(actor).filter(referral_id=referral.pk, settled_at=None)
        found += ["correct_card"] * waits.exists()
    return found


def may_acknowledge(referral: Referral, actor) -> bool:
    """Return whether this actor answers for the receiver: its desk, or the worker who was named."""
    if referral.receiver_id != actor.organisation_id:
        return False
    assigned = referral.worker_id is not None and referral.worker_id == actor.member_id
    return actor.may("referral.answer") or actor.may(ANSWERS) or (assigned and actor.may("referral.answer_assigned"))
