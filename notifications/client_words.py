"""What a person is written, in the languages we have texts for: neutral, not a word of who sends it (DOMAIN 8).

The telephone may lie on somebody else's table. So: no name, no organisation, no service, no link, and numbers for day
and time, which read alike in every language. Keys are ISO 639-3.
"""

from datetime import datetime

from django.utils import timezone

FALLBACK = "rus"
SAME = {"arb": "ara", "prs": "fas", "pes": "fas"}  # close enough to read

TEXTS: dict[str, dict[str, str]] = {
    "call_back": {
        "rus": "Пожалуйста, перезвоните нам.",
        "bel": "Калі ласка, ператэлефануйце нам.",
        "eng": "Please call us back.",
        "ukr": "Будь ласка, передзвоніть нам.",
        "fra": "Merci de nous rappeler.",
        "ara": "يرجى معاودة الاتصال بنا.",
        "fas": "لطفاً با ما تماس بگیرید.",
        "vie": "Vui lòng gọi lại cho chúng tôi.",
    },
    "appointment": {
        "rus": "Напоминаем о встрече {day} в {time}.",
        "bel": "Нагадваем пра сустрэчу {day} а {time}.",
        "eng": "A reminder: your meeting is on {day} at {time}.",
        "ukr": "Нагадуємо про зустріч {day} о {time}.",
        "fra": "Rappel : votre rendez-vous est le {day} à {time}.",
        "ara": "تذكير: موعدك يوم {day} الساعة {time}.",
        "fas": "یادآوری: قرار شما در تاریخ {day} ساعت {time} است.",
        "vie": "Nhắc lại: cuộc hẹn của bạn vào ngày {day} lúc {time}.",
    },
}
# The subject of a mail is read on locked screens: it says less than the text.
SUBJECT = {"rus": "Сообщение", "bel": "Паведамленне", "eng": "Message", "ukr": "Повідомлення", "fra": "Message",
           "ara": "رسالة", "fas": "پیام", "vie": "Tin nhắn"}  # fmt: skip


def language_of(languages: list[dict]) -> str:
    """Return in which language a person is written: the first of its languages that we have texts for."""
    for known in languages:
        code = SAME.get(known["code"], known["code"])
        if code in TEXTS["call_back"]:
            return code
    return FALLBACK


def words(kind: str, language: str, *, starts_at: datetime | None = None) -> str:
    """Return the text of a kind. Raises KeyError for a kind or language without one."""
    text = TEXTS[kind][language]
    if starts_at is None:
        return text
    local = timezone.localtime(starts_at)
    return text.format(day=f"{local:%d.%m}", time=f"{local:%H:%M}")
