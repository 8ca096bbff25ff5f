"""Referrals, what they disclose, what was said about them, their clocks, their routes, and what came of them."""

from referral.models.amendments import Amendment, Correction
from referral.models.batches import Batch, BatchRow
from referral.models.calls import PhoneCall
from referral.models.deadlines import Deadline, Escalation
from referral.models.links import AnswerLink
from referral.models.matching import MatchingWeights, ServiceStanding
from referral.models.messages import Message, Packet, StepTaken
from referral.models.referrals import Referral
from referral.models.routing import Route, RouteStop
from referral.models.rules import RoutingRule
from referral.models.unmet import UnmetNeed

__all__ = [
    "Amendment", "AnswerLink", "Batch", "BatchRow", "Correction", "Deadline", "Escalation", "MatchingWeights",
    "Message", "Packet", "PhoneCall", "Referral", "Route", "RouteStop", "RoutingRule", "ServiceStanding", "StepTaken",
    "UnmetNeed",
]  # fmt: skip
