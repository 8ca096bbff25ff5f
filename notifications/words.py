"""What is said outside the application: that something waits, and how urgent it is; never about whom (DOMAIN 8)."""

from django.utils.translation import gettext_lazy

# One subject for all events of one urgency: a subject is read over shoulders and on locked screens.
SUBJECTS = {
    "emergency": gettext_lazy("Waymark: an emergency waits for you"),
    "urgent": gettext_lazy("Waymark: something urgent waits for you"),
    "routine": gettext_lazy("Waymark: something waits for you"),
}
WORDS = {
    "new": gettext_lazy("A new request waits for an answer."),
    "news": gettext_lazy("There is news."),
    "question": gettext_lazy("A question waits for your answer."),
    "message": gettext_lazy("There is a new message."),
    "alarm": gettext_lazy("Something happened that you should look at."),
    "approval": gettext_lazy("Something waits for your approval."),
    "deadline": gettext_lazy("A time limit needs your attention."),
    "reminder": gettext_lazy("A date comes near."),
}
NOTICES = "/notices/"  # not by reverse(): a page that cannot be loaded must not hold up the mail of an emergency
DIGEST = "digest"  # the kind of a delivery that stands for several
LINK_MADE = "link.made"  # the kind of the event whose deliveries carry an answer link and its code
PHONE_ADDED = "phone.added"  # the kind of the event whose delivery carries the code
