"""What can happen to a referral, in words."""

from django.utils.translation import gettext_lazy as _

from core.events import kinds

kinds(
    referral_drafted=_("Referral begun"),
    referral_changed=_("What is shared was changed"),
    referral_submitted=_("Supervisor asked for approval"),
    referral_sent=_("Referral sent"),
    referral_approved=_("Referral approved and sent"),
    referral_received=_("Referral opened by the partner"),
    referral_info_requested=_("Partner asked a question"),
    referral_info_given=_("Question answered"),
    referral_accepted=_("Referral accepted"),
    referral_waitlisted=_("Put on the waiting list"),
    referral_declined=_("Referral declined"),
    referral_started=_("Service started"),
    referral_completed=_("Service completed"),
    referral_not_completed=_("Service did not take place"),
    referral_held=_("Service put on hold"),
    referral_resumed=_("Service goes on"),
    referral_cancelled=_("Referral cancelled"),
    referral_withdrawn=_("Referral withdrawn"),
    referral_expired=_("No answer in time"),
    referral_entered_in_error=_("Referral was entered in error"),
    referral_reassigned=_("Another worker was named"),
    message_written=_("Message written"),
    route_planned=_("Further services chosen"),
    route_begun=_("Route begun"),
    route_asked=_("The route asks what to do next"),
    route_went_on=_("The next service was asked"),
    route_done=_("A service of the route accepted"),
    route_ended=_("No service of the route accepted"),
    route_stopped=_("Route stopped"),
)

OF_STEP = {
    "submit": "referral.submitted",
    "send": "referral.sent",
    "approve": "referral.approved",
    "receive": "referral.received",
    "ask": "referral.info_requested",
    "reply": "referral.info_given",
    "accept": "referral.accepted",
    "waitlist": "referral.waitlisted",
    "decline": "referral.declined",
    "start": "referral.started",
    "complete": "referral.completed",
    "not_complete": "referral.not_completed",
    "hold": "referral.held",
    "resume": "referral.resumed",
    "cancel": "referral.cancelled",
    "withdraw": "referral.withdrawn",
    "expire": "referral.expired",
    "mark_error": "referral.entered_in_error",
}
