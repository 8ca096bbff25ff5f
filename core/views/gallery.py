"""Every component in every state, from plain values: what people see comes from here (house rule 15)."""

from datetime import timedelta

from django import forms
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.shortcuts import render
from django.utils import timezone

from core import codelists
from core.templatetags.ui_marks import STATUS

LONG_NAME = "Центр сопровождения и социальной поддержки вынужденных мигрантов «Добрый берег»"


class Sample(forms.Form):
    """One field of each kind; the gallery shows it filled in wrongly."""

    name = forms.CharField(label="Name the person uses", help_text="As they say it, in any letters.")
    phone = forms.RegexField(r"^\+\d{12}$", label="Phone", error_messages={"invalid": "Enter the whole number."})
    need = forms.ChoiceField(label="Need", choices=[("", "Choose"), ("legal", "Legal help"), ("shelter", "Shelter")])
    date = forms.DateField(label="Free again from", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    urgency = forms.ChoiceField(
        label="How soon must a partner answer?",
        widget=forms.RadioSelect,
        choices=[("emergency", "Emergency"), ("urgent", "Urgent"), ("routine", "Routine")],
    )
    share = forms.ChoiceField(
        label="Share the name",
        widget=forms.RadioSelect,
        choices=[("no", "No"), ("after", "After yes"), ("now", "Now")],
    )
    contact = forms.MultipleChoiceField(
        label="Safe ways to reach",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("phone", "Phone"), ("sms", "Text message"), ("visit", "Visit")],
    )
    shown = forms.BooleanField(label="The person has seen what is sent", help_text="Read the preview, or show it.")
    remind = forms.BooleanField(label="Remind me a day before", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["urgency"].choice_hints = {
            "emergency": "2 hours",
            "urgent": "24 hours",
            "routine": "3 working days",
        }


EDITED = {
    "hidden": [("edit_version", "2")],
    "differences": [
        {"label": "Phone", "name": "pick_phone", "mine": "+375 29 004 71 80", "theirs": "+375 29 004 71 81"}
    ],
    "taken": ["Note"],
}


class WorkList:
    """A work list as `core.lists.Listing` hands it to its bar."""

    heads = (
        {"label": "Need", "url": "#main", "sorted": "ascending"},
        {"label": "Urgency", "url": "#main", "sorted": "descending"},
    )

    @staticmethod
    def drawn() -> dict:
        views = (("All open cases", True, ""), ("High risk", False, ""), ("Mine, late", True, "/lists/views/1/forget/"))
        options = [{"value": code, "label": code, "chosen": code == "high"} for code in codelists.codes("risk_level")]
        return {
            "views": [
                {"label": label, "url": "#main", "current": current, "forget_url": url, "count": 0}
                for label, current, url in views
            ],
            "on": [{"label": "Risk", "value": "High", "url": "#main"}],
            "choices": [{"name": "gallery-risk", "label": "Risk", "options": options}],
            "sort": "risk",
            "url": "/ui/",
            "here": "/ui/",
            "state": "risk=high",
            "may_keep": True,
            "name": "gallery",
            "clear_url": "#main",
        }


def _clocks(now) -> list[dict]:
    """Return one deadline of each tone."""
    start = now - timedelta(hours=20)
    shown = [
        {"due_at": now + timedelta(days=3), "started_at": start},
        {"due_at": now + timedelta(hours=7, minutes=40, seconds=30), "started_at": now - timedelta(hours=16)},
        {"due_at": now + timedelta(hours=1, minutes=50, seconds=30), "started_at": start},
        {"due_at": now - timedelta(hours=1, minutes=10), "started_at": start},
        {"due_at": now + timedelta(hours=8), "started_at": start, "paused": now},
        {"due_at": now + timedelta(hours=8), "started_at": start, "met_at": now},
    ]
    return [{"paused": None, "met_at": None} | clock for clock in shown]


def _case(now) -> dict:
    """Return the parts of a case page."""
    labels = ("Overview", "Assessment", "Plan and tasks", "Referrals", "Documents", "Timeline")
    bar = {"name": "Amina Haidari", "called": "Mina", "reference": "WM-26-0412", "risk": "high", "status": "active"}
    bar |= {"person": "Woman, 27", "languages": "Dari, some Russian", "consent": "Consent until 10 August 2026"}
    safe = {"title": "Safe contact: weekdays from 10:00 to 12:00 only", "text": "No voicemail.", "url": "#safe"}
    tabs = [{"label": label, "url": "#main", "count": at, "current": not at} for at, label in enumerate(labels)]
    timeline = [
        {
            "text": "Lantern asked a question; clock stopped",
            "at": now - timedelta(minutes=12),
            "icon": "message-circle",
        },
        {"text": "Opened by the intake desk", "at": now - timedelta(days=1), "icon": "eye", "by": "Nina Petrova"},
        {"text": "Vera Lisova sent it", "at": now - timedelta(days=40), "tone": "accent", "body": "4 fields shared"},
    ]
    thread = [
        {"author": "Vera Lisova", "organisation": "Minsk office", "at": now - timedelta(days=1), "text": "In Dari."},
        {"author": "Nina Petrova", "at": now - timedelta(minutes=5), "text": "Is a phone\ncall fine?", "theirs": True},
    ]
    facts = [{"label": "Citizenship", "value": "Afghanistan"}, {"label": "Health", "opens": "never"}]
    facts += [{"label": "Referral", "value": "R-26-1101", "url": "#main"}, {"label": "Name", "opens": "after"}]
    return {
        "bar": bar | {"consent_ok": True, "safe": safe, "tabs": tabs},
        "timeline": timeline,
        "thread": thread,
        "facts": facts,
    }


def _referral(now) -> dict:
    """Return the parts of a referral's pages."""
    reasons = [
        {"tone": "ok", "text": "Women only"},
        {"tone": "warn", "text": "Dari on Tuesday"},
        {"tone": "stop", "text": "346 km"},
    ]
    places = {"places": "4 of 12 places free", "share_taken": 67, "answers": "Answers in 5 h on average"}
    first = {
        "rank": 1,
        "name": "Women’s house, Sunny Lane",
        "url": "#main",
        "organisation": LONG_NAME,
        "place": "Minsk",
    }
    second = {"rank": 2, "name": "Shelter for women", "organisation": "Brest Welcome Point", "fits": "Fits 4 of 5"}
    gates = [
        {"code": "G1", "title": "Consent covers this", "sentence": "Until 10 August 2026.", "state": "ok"},
        {"code": "G4", "title": "Places are 9 days old", "sentence": "Ask before you send.", "state": "warn"},
        {
            "code": "G2",
            "title": "No data agreement",
            "sentence": "It ended.",
            "state": "blocked",
            "url": "#",
            "link": "Ask",
        },
    ]
    states = ("done", "done", "hold", "todo", "todo")
    words = ("Sent", "Seen", "Question asked", "Accepted", "Completed")
    life = [{"label": word, "note": "16 March", "state": state} for word, state in zip(words, states, strict=True)]
    ended = [{"label": "Sent", "state": "done"}, {"label": "Declined", "note": "No place", "state": "stop"}]
    fields = [{"label": "Person", "value": "Woman, 25–34", "opens": "now"}]
    fields += [
        {"label": name, "opens": opens}
        for name, opens in (("Name", "after"), ("Health", "never"), ("Note", "restricted"))
    ]
    inbox = [
        {"url": "#a", "title": "Legal help: stopped at the border", "urgency": "emergency", "fresh": True}
        | {"person": "Man, 25–34 · Arabic", "due_at": now + timedelta(hours=1, minutes=50), "started_at": now},
        {"url": "#b", "title": "Counselling", "urgency": "routine", "state": "info_requested", "meta": "Minsk office"}
        | {"due_at": now + timedelta(days=2), "paused": True},
    ]
    matches = [first | places | {"fits": "Fits all 5", "full": True, "chosen": True, "reasons": reasons}]
    matches.append(second | {"share_taken": None, "reasons": reasons[1:]})
    return {"matches": matches, "gates": gates, "life": life, "ended": ended, "fields": fields, "inbox": inbox}


def _board() -> dict:
    """Return figures, filters and regions."""
    kpis = [{"label": "Everything", "value": 14, "note": "2 late", "url": "#main", "current": True}]
    kpis += [
        {"label": label, "value": 4, "unit": "h", "url": "#main"}
        for label in ("Partner replies", "Tasks", "Follow-ups", "Consents")
    ]
    bars = [
        {"label": codelists.label("risk_level", level), "value": value, "tone": tone, "url": "#main"}
        for level, value, tone in (("critical", 1, "red"), ("high", 6, "red"), ("medium", 13, ""), ("low", 0, ""))
    ]
    chips = [{"label": "Minsk", "url": "#main", "on": True}, {"label": "Late", "url": "#main"}]
    how = ("here", "here", "remote", "none", "none", "none", "none")
    names = (
        ("MC", "Minsk city"),
        ("MR", "Minsk region"),
        ("BR", "Brest"),
        ("GR", "Grodno"),
        ("VT", "Vitebsk"),
        ("MG", "Mogilev"),
        ("GM", "Gomel"),
    )
    regions = [{"short": short, "name": name, "how": kind} for (short, name), kind in zip(names, how, strict=True)]
    return {"kpis": kpis, "few": kpis[1:], "bars": bars, "chips": chips, "regions": regions}


def gallery(request):
    """Render the components page."""
    now = timezone.now()
    form = Sample({"phone": "+375 29 004 71 8", "share": "after", "contact": ["phone"], "remind": "on"})
    statuses = [{"list": name, "codes": list(known)} for name, known in STATUS.items()]
    moments = [
        now - step for step in (timedelta(seconds=5), timedelta(minutes=12), timedelta(hours=26), timedelta(days=400))
    ]
    steps = [{"label": "Need and service", "url": "#main"}, {"label": "What is shared"}, {"label": "Check and send"}]
    crumbs = [{"label": "Cases", "url": "#main"}, {"label": "Components"}]
    context = {
        "clocks": _clocks(now),
        "statuses": statuses,
        "form": form,
        "moments": moments,
        "steps": steps,
        "crumbs": crumbs,
    }
    risks, urgencies = codelists.codes("risk_level"), codelists.codes("urgency")
    context |= {"risks": risks, "urgencies": urgencies, "long_name": LONG_NAME, "sample": Sample(prefix="whole")}
    context |= {"worklist": WorkList, "sorting": WorkList.heads, "wanted": Sample(prefix="list"), "edited": EDITED}
    context["done"] = Message(SUCCESS, "Task marked as done", extra_tags="undo:/ui/")
    return render(request, "gallery.html", context | _case(now) | _referral(now) | _board())
