"""Referrals, what they disclose, what was said about them, their clocks and their routes."""

from referral.models.deadlines import Deadline, Escalation
from referral.models.messages import Message, Packet, StepTaken, UnmetNeed
from referral.models.referrals import Referral
from referral.models.routing import Route, RouteStop

__all__ = ["Deadline", "Escalation", "Message", "Packet", "Referral", "Route", "RouteStop", "StepTaken", "UnmetNeed"]
