"""Referrals, what they disclose, what was said about them, and their clocks."""

from referral.models.deadlines import Deadline, Escalation
from referral.models.messages import Message, Packet, StepTaken, UnmetNeed
from referral.models.referrals import Referral

__all__ = ["Deadline", "Escalation", "Message", "Packet", "Referral", "StepTaken", "UnmetNeed"]
