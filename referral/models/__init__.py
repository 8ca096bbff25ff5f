"""Referrals, what they disclose, what was said about them, their clocks and their routes."""

from referral.models.deadlines import Deadline, Escalation
from referral.models.messages import Message, Packet, StepTaken, UnmetNeed
from referral.models.referrals import Referral
from referral.models.routing import Route, RouteStop
from referral.models.rules import RoutingRule

__all__ = [
    "Deadline", "Escalation", "Message", "Packet", "Referral", "Route", "RouteStop", "RoutingRule", "StepTaken",
    "UnmetNeed",
]  # fmt: skip
