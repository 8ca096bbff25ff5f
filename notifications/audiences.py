"""Who a rule means: asked from the roster by what somebody may do, and from the grants by what they may see.

Nobody is told about what they may not see, and no role is named here.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from cases.models import Appointment, Case, ExportJob, ImportJob, Reminder, Task
from core.actors import SYSTEM, Actor
from core.sight import seen
from notifications import known
from notifications.known import these, who_may
from partners.identity import actor_of_member
from partners.models import Agreement, Member, Proposal
from referral.models import Escalation, Referral

OWNERS = {
    "assignee": ("assignee",),
    "receiver_supervisor": ("receiver_supervisor",),
    "sender": ("sender_worker", "sender_supervisor"),
    "coordinator": ("coordinators",),
}


def may_see(member: Member, event) -> bool:
    """Return whether the member may read notices, and see the referral or the case that the event is about."""
    return member.pk in who_see([([member], event)])[0]


def who_see(told: list[tuple[Iterable[Member], object]]) -> list[set[UUID]]:
    """Return for each (members, event) the ids of those who may read notices and see what the event is about.

    Two queries at most, however many they are.
    """
    actors: dict[UUID, Actor] = {}
    pairs: dict[type, list[tuple[Actor, UUID]]] = {Referral: [], Case: []}
    for members, event in told:
        model, pk = _subject(event)
        for member in members:
            actor = actors.setdefault(member.pk, actor_of_member(member))
            if pk:
                pairs[model].append((actor, pk))
    found = {model: seen(model, asked) for model, asked in pairs.items()}
    return [
        {
            member.pk
            for member in members
            if actors[member.pk].may("notice.read")
            and (not _subject(event)[1] or (member.pk, _subject(event)[1]) in found[_subject(event)[0]])
        }
        for members, event in told
    ]


def _subject(event) -> tuple[type, UUID | None]:
    return (Referral, event.referral_id) if event.referral_id else (Case, event.case_id)


def _referral(event) -> Referral:
    return known.referral(event.referral_id)


def receiver_desk(event) -> list[Member]:
    """Those who answer for the receiving organisation."""
    return who_may("referral.answer", _referral(event).receiver_id)


def worker(event) -> list[Member]:
    """The receiver's worker who was named."""
    return these(_referral(event).worker_id)


def assignee(event) -> list[Member]:
    """The receiver's worker, or its desk as long as nobody is named."""
    return worker(event) or receiver_desk(event)


def receiver_supervisor(event) -> list[Member]:
    """Those who may give the referral to another worker of the receiver."""
    return who_may("referral.reassign", _referral(event).receiver_id)


def sender_worker(event) -> list[Member]:
    """The caseworker; who sent it, where the case has none."""
    referral = _referral(event)
    return these(referral.case.caseworker_id) or these(referral.sent_by_id)


def sender_supervisor(event) -> list[Member]:
    """The supervisor of the case, or those of the sender who approve."""
    referral = _referral(event)
    return these(referral.case.supervisor_id) or who_may("referral.approve", referral.sender_id)


def coordinators(event) -> list[Member]:
    """The network's desk: those who see the states of all referrals."""
    return who_may("referral.read_status")


def other_side(event) -> list[Member]:
    """The side that did not write."""
    wrote = _referral(event).receiver_id == event.actor_organisation_id
    return sender_worker(event) if wrote else assignee(event)


def deadline_owner(event) -> list[Member]:
    """Who owns the clock at the mark that it reached: the escalation says (DOMAIN 4.3)."""
    escalation = Escalation.objects.visible_to(SYSTEM).get(deadline_id=event.about, stage=event.facts["stage"])
    return [member for name in OWNERS[escalation.owner] for member in AUDIENCES[name](event)]


def case_worker(event) -> list[Member]:
    """Who works on the case now."""
    return these(known.case(event.case_id).caseworker_id)


def case_supervisor(event) -> list[Member]:
    """Who answers for the case."""
    return these(known.case(event.case_id).supervisor_id)


def case_lead(event) -> list[Member]:
    """Who works on the case now; its supervisor as long as nobody does."""
    return case_worker(event) or case_supervisor(event)


def whose_date(event) -> list[Member]:
    """Who has the task or the appointment that a reminder is about; the case's worker where nobody has."""
    about = Reminder.objects.visible_to(SYSTEM).get(pk=event.about).about
    task = Task.objects.visible_to(SYSTEM).filter(pk=about).values_list("assignee_id", flat=True)
    meeting = Appointment.objects.visible_to(SYSTEM).filter(pk=about).values_list("member_id", flat=True)
    return these(*task, *meeting) or case_lead(event)


def former_worker(event) -> list[Member]:
    """Who works, or worked, on the case that the event names as a fact only."""
    return these(known.case(event.facts["case"]).caseworker_id)


def rights_keepers(event) -> list[Member]:
    """Those of the organisation who decide about people's requests; each sees codes and dates, not the case."""
    return who_may("rights.decide", event.actor_organisation_id or event.organisation_ids[0])


def incident_officers(event) -> list[Member]:
    """Those of the organisation who deal with breaches of data."""
    return who_may("incident.handle", event.organisation_ids[0])


def incident_leads(event) -> list[Member]:
    """Those who manage the people of the organisation: a breach that nobody dealt with in time is theirs to know."""
    return who_may("member.manage", event.organisation_ids[0])


def data_officers(event) -> list[Member]:
    """Those who see to the protection of data in the organisation of the case."""
    return who_may("audit.read", event.facts["sender_id"])


def releasers(event) -> list[Member]:
    """Those of the organisation who release lists that others ask for."""
    return who_may("export.approve", event.actor_organisation_id)


def asked_by(event) -> list[Member]:
    """Who asked for the list."""
    return these(ExportJob.objects.visible_to(SYSTEM).get(pk=event.about).asked_by_id)


def protection_officers(event) -> list[Member]:
    """Those of the organisation who read trails: its data-protection officers."""
    return who_may("audit.read", event.actor_organisation_id)


def brought_by(event) -> list[Member]:
    """Who brought the file."""
    return these(ImportJob.objects.visible_to(SYSTEM).get(pk=event.about).uploaded_by_id)


def deciders(event) -> list[Member]:
    """The supervisor of the case; where it has none, or asked itself, those of the organisation who decide."""
    case = known.case(event.case_id)
    named = [] if case.supervisor_id == event.actor_member_id else these(case.supervisor_id)
    return named or who_may("approval.decide", case.organisation_id)


def former_supervisor(event) -> list[Member]:
    """The supervisor of the case that the event names as a fact only; where it has none, all who review."""
    case = known.case(event.facts["case"])
    named = [] if case.supervisor_id == event.actor_member_id else these(case.supervisor_id)
    return named or who_may("emergency.review", case.organisation_id)


def webhook_keepers(event) -> list[Member]:
    """Those of the organisation who manage its webhooks."""
    return who_may("webhook.manage", event.organisation_ids[0])


def reviewing_supervisor(event) -> list[Member]:
    """The supervisor of the case that was opened; where that is who opened it, all others who review."""
    return _but_opener(event, former_supervisor(event)) or reviewers_of_case(event)


def reviewers_of_case(event) -> list[Member]:
    """All who review emergency openings in the organisation; not who opened the case."""
    return _but_opener(event, who_may("emergency.review", event.organisation_ids[0]))


def officers_of_case(event) -> list[Member]:
    """The data-protection officers of the organisation in which a case was opened."""
    return _but_opener(event, who_may("audit.read", event.organisation_ids[0]))


def managers_of_case(event) -> list[Member]:
    """Those who manage the people of the organisation: they see no case, but who does not do the reviewing."""
    return _but_opener(event, who_may("member.manage", event.organisation_ids[0]))


def _but_opener(event, members: list[Member]) -> list[Member]:
    return [member for member in members if str(member.pk) != event.facts["opened_by"]]


def asker(event) -> list[Member]:
    """Who asked for the decision."""
    return these(event.facts["asked_by"])


def approver(event) -> list[Member]:
    """Who approved what another organisation answers."""
    return these(event.facts["approved_by"])


def taking_supervisors(event) -> list[Member]:
    """Those who take cases over for the organisation that a case is offered to; an offer never made tells nobody."""
    return who_may("transfer.answer", event.facts["receiver_id"]) if event.facts["approved_by"] else []


def service_keepers(event) -> list[Member]:
    """Those of the organisation who keep what the directory says of its services."""
    return who_may("service.manage", event.facts["owner_id"])


def place_keepers(event) -> list[Member]:
    """Those of the organisation who say how many places are free."""
    return who_may("capacity.set", event.facts["owner_id"])


def directory_desk(event) -> list[Member]:
    """The network's desk, which sees to the directory."""
    return who_may("network.read")


def partner_checkers(event) -> list[Member]:
    """Those of the network's desk who let organisations in."""
    return who_may("organisation.approve")


def account_keepers(event) -> list[Member]:
    """Who manages the people of the organisation; the network's desk where nobody does yet."""
    return who_may("member.manage", event.facts["owner_id"]) or who_may("organisation.approve")


def proposer(event) -> list[Member]:
    """The caseworker who proposed the organisation; nobody where it proposed itself."""
    return these(Proposal.objects.visible_to(SYSTEM).get(pk=event.about).proposer_member_id)


def agreement_desk(event) -> list[Member]:
    """The network's desk, which records agreements."""
    return who_may("agreement.write")


def owner_speakers(event) -> list[Member]:
    """Those who speak for the one party that is reminded."""
    return who_may("agreement.confirm", event.facts["owner_id"])


def party_speakers(event) -> list[Member]:
    """Those who speak for the parties of the agreement."""
    parties = Agreement.objects.visible_to(SYSTEM).get(pk=event.about).organisation_ids
    return [member for party in parties for member in who_may("agreement.confirm", party)]


AUDIENCES: dict[str, Callable] = {
    function.__name__: function
    for function in (
        receiver_desk,
        worker,
        assignee,
        receiver_supervisor,
        sender_worker,
        sender_supervisor,
        coordinators,
        other_side,
        deadline_owner,
        case_worker,
        case_supervisor,
        case_lead,
        whose_date,
        former_worker,
        data_officers,
        incident_officers,
        incident_leads,
        rights_keepers,
        releasers,
        asked_by,
        protection_officers,
        brought_by,
        asker,
        webhook_keepers,
        former_supervisor,
        deciders,
        approver,
        reviewing_supervisor,
        reviewers_of_case,
        officers_of_case,
        managers_of_case,
        taking_supervisors,
        service_keepers,
        place_keepers,
        directory_desk,
        partner_checkers,
        proposer,
        agreement_desk,
        owner_speakers,
        party_speakers,
        account_keepers,
    )
}


# Where the people of an audience belong, so that somebody else there can be told in their place.
NETWORK, NOBODY = "network", "nobody"


def _receiver(event):
    """The receiver; nobody there waits for what was never sent to it, or comes to it by an answer link."""
    row = _referral(event)
    return row.receiver_id if row.sent_at and not row.by_link else NOBODY


def _sender(event):
    return _referral(event).sender_id


def _other(event):
    row = _referral(event)
    return row.sender_id if row.receiver_id == event.actor_organisation_id else row.receiver_id


def _owner(event):
    row = Escalation.objects.visible_to(SYSTEM).get(deadline_id=event.about, stage=event.facts["stage"])
    return row.owner_organisation_id or NETWORK


def _own(event):
    """The organisation whose service or agreement it is, else the one in whose record it happened."""
    if owner := event.facts.get("owner_id"):
        return UUID(owner)
    return event.actor_organisation_id or next(iter(event.organisation_ids), None)


def _asking(event):
    """The organisation of who asked: another one may have answered."""
    sender = event.facts.get("sender_id")
    return UUID(sender) if sender else _own(event)


def _taking(event):
    """The organisation that a case is offered to; before the offer is made nobody there waits."""
    return UUID(event.facts["receiver_id"]) if event.facts["approved_by"] else NOBODY


HOMES: dict[str, Callable] = {
    **dict.fromkeys(("receiver_desk", "worker", "assignee", "receiver_supervisor"), _receiver),
    **dict.fromkeys(("sender_worker", "sender_supervisor"), _sender),
    **dict.fromkeys(("asker", "approver"), _asking),
    "taking_supervisors": _taking,
    "other_side": _other,
    "deadline_owner": _owner,
    **dict.fromkeys(("coordinators", "directory_desk", "agreement_desk", "partner_checkers"), lambda event: NETWORK),
    # Of several organisations, or of one that the event does not name: no single place to ask in their stead.
    **dict.fromkeys(("party_speakers", "proposer"), lambda event: None),
}


def home_of(name: str, event):
    """Return the organisation that an audience belongs to; NETWORK for the network's desk; NOBODY where nobody waits.

    None where the event says no organisation.
    """
    return HOMES.get(name, _own)(event)
