"""Drawing assessments: answers by level, what changed, the risk in words."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.determinants import LEVELS, RESTRICTED, RISK_ORDER, changes, factors, signs
from cases.models import Approval
from cases.words_plan import ANSWER_WORDS, LEVEL_WORDS, REVIEW_WORDS
from core.codelists import label


def merged(parts, row) -> dict[str, str]:
    """Return all answers of an assessment that are in sight."""
    return {
        code: answer for part in parts if row and part.assessment_id == row.pk for code, answer in part.answers.items()
    }


def compared(row, before, parts) -> list[dict]:
    """Return the levels of an assessment: what makes life harder, what protects, words, what changed."""
    if row is None:
        return []
    now, former = merged(parts, row), merged(parts, before)
    changed = {change.factor.code: change for change in changes(former, now)} if before else {}
    words = {
        (part.field_class, level): text
        for part in parts
        if part.assessment_id == row.pk
        for level, text in part.words.items()
    }
    drawn = []
    for level in LEVELS:
        found = [factor for factor in factors().values() if factor.level == level]
        lines = {
            kind: [
                _line(factor, changed) for factor in found if factor.kind == kind and now.get(factor.code) == "present"
            ]
            for kind in ("risk", "protective")
        }
        gone = [
            {"label": factor.label, "now": str(ANSWER_WORDS[now.get(factor.code, "not_asked")])}
            for factor in found
            if factor.code in changed and changed[factor.code].before == "present"
        ]
        open_ = [factor for factor in found if now.get(factor.code, "not_asked") in {"unknown", "not_asked"}]
        drawn.append(
            {
                "title": str(LEVEL_WORDS[level]),
                "risks": lines["risk"],
                "protects": lines["protective"],
                "gone": gone,
                "open": len([factor for factor in open_ if factor.field_class < RESTRICTED]),
                "words": words.get((3, level), ""),
                "restricted_words": words.get((4, level), ""),
            }
        )
    return drawn


def _line(factor, changed: dict) -> dict:
    return {"label": factor.label, "fresh": factor.code in changed, "restricted": factor.field_class == RESTRICTED}


def sign_words(answers: dict[str, str]) -> list[dict]:
    """Return the signs that mean a level at least, the gravest first."""
    found = sorted(signs(answers), key=lambda factor: RISK_ORDER.index(factor.floor))
    return [{"label": factor.label, "floor": factor.floor} for factor in found]


def history(rows, shown, case) -> list[dict]:
    """Return the completed assessments, the newest first."""
    url = reverse("cases:assessment", args=[case.pk])
    return [
        {
            "title": date_format(row.held_on, "DATE_FORMAT"),
            "meta": row.assessor.name if row.assessor else "",
            "risk": row.risk_level,
            "url": f"{url}?of={row.pk}",
            "current": shown is not None and row.pk == shown.pk,
        }
        for row in rows
    ]


def risk_facts(case, looks, *, at) -> list[dict]:
    """Return the level, why, who said so, and when to look again, for the list of facts."""
    last = looks[0] if looks else None
    pairs = [(_("Level"), label("risk_level", case.risk_level))]
    if last is not None:
        by = last.member.name if last.member else _("Waymark")
        day = date_format(timezone.localdate(last.at), "DATE_FORMAT")
        pairs += [
            (_("Looked at"), _("%(day)s by %(name)s") % {"day": day, "name": by}),
            (_("Why"), last.reason),
            (_("State"), str(REVIEW_WORDS[last.state])),
            (_("Wanted level"), label("risk_level", last.wanted) if last.wanted != last.level else ""),
        ]
    if case.review_due_on:
        late = case.review_due_on < timezone.localdate(at)
        day = date_format(case.review_due_on, "DATE_FORMAT")
        pairs.append((_("Look again by"), _("%(day)s, overdue") % {"day": day} if late else day))
    return [{"label": name, "value": value} for name, value in pairs if value]


def checked_words(row, actor) -> str:
    """Return whether a supervisor looked over an assessment or a plan, as far as the actor may know. One query."""
    if row is None:
        return ""
    asked = Approval.objects.visible_to(actor).filter(about=row.pk).exclude(status="dropped")
    found = asked.select_related("decided_by").order_by("-asked_at").first()
    if found is None:
        return ""
    if found.status == "waiting":
        return _("A supervisor has been asked to look it over.")
    facts = {"name": found.decided_by.name, "day": date_format(timezone.localdate(found.decided_at), "DATE_FORMAT")}
    if found.status == "approved":
        return _("Looked over by %(name)s on %(day)s.") % facts
    return _("Sent back by %(name)s on %(day)s.") % facts + " " + found.answer_note
