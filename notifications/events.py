"""What can happen to notices."""

from django.utils.translation import gettext_lazy as _

from core.events import kinds

kinds(
    untold_settled=_("Undelivered notice settled"),
    notice_tried_again=_("Undelivered notice sent again"),
)
