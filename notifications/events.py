"""What can happen to notices."""

from django.utils.translation import gettext_lazy as _

from core.events import kinds

kinds(
    untold_settled=_("Undelivered notice settled"),
    client_asked=_("The person is asked to call back"),
    client_sent=_("Message to the person sent"),
    client_not_sent=_("Message to the person not sent"),
    notice_tried_again=_("Undelivered notice sent again"),
    preference_changed=_("Ways of being told changed"),
    preference_mail_off=_("Mail switched off from a mail"),
    phone_added=_("Telephone number added"),
    phone_tried=_("Wrong code of a telephone number entered"),
    phone_confirmed=_("Telephone number confirmed"),
    phone_removed=_("Telephone number removed"),
    device_added=_("Notices on a device switched on"),
    device_removed=_("Notices on a device switched off"),
    calendar_made=_("Calendar address made"),
    calendar_ended=_("Calendar address withdrawn"),
    webhook_added=_("Webhook added"),
    webhook_changed=_("Webhook changed"),
    webhook_rotated=_("Secret of a webhook renewed"),
    webhook_pinged=_("Test message sent to a webhook"),
    webhook_stopped=_("Webhook stopped"),
    webhook_started=_("Webhook started"),
    webhook_resent=_("Message of a webhook sent again"),
)
