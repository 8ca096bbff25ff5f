"""Django forms as DESIGN wants them: label above, hint under the label, error above the field and in a summary."""

from django import forms
from django.forms.utils import flatatt
from django.template import Library
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = Library()

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _described(bound, hint: str) -> str:
    """Return the ids of the error and the hint that stand above a control."""
    found = [f"{bound.auto_id}_error"] if bound.errors else []
    return " ".join(found + ([f"{bound.auto_id}_hint"] if hint else []))


def _attributes(bound, css: str, described: str, extra: dict) -> dict:
    """Return the HTML attributes of a control: its class, what describes it, and whether it is wrong."""
    own = bound.field.widget.attrs.get("class", "")
    wrong = "is-invalid" if bound.errors else ""
    found = {"class": " ".join(part for part in (css, own, wrong) if part)}
    if described:
        found["aria-describedby"] = described
    if bound.errors:
        found["aria-invalid"] = "true"
    return found | {key.replace("_", "-"): value for key, value in extra.items()}


def _options(bound, look: str, extra: dict) -> list[dict]:
    """Return the choices of a group, with hints from the form field's `choice_hints` (value -> sentence)."""
    hints = getattr(bound.field, "choice_hints", {})
    found = []
    for option in bound:
        attributes = {key: value for key, value in option.data["attrs"].items() if key != "class"}
        attributes |= {"type": option.data["type"], "name": option.data["name"], "value": option.data["value"]}
        attributes["class"] = "form-check-input" if look == "list" else None
        attributes |= {key.replace("_", "-"): value for key, value in extra.items()}
        shown = {key: value for key, value in attributes.items() if value is not None}
        hint = hints.get(str(option.data["value"]), "")
        control = format_html("<input{}>", flatatt(shown))
        found.append({"input": control, "id": option.id_for_label, "label": option.choice_label, "hint": hint})
    return found


@register.inclusion_tag("ui/field.html")
def field(bound, *, look="", label="", hint=None, width="", hide_label=False, **extra):
    """Draw a form field with its label, hint and errors; see ui/field.html.

    `hint` takes the place of the field's help text ("" for none); `look` is "cards" or "segments" for radio groups,
    "switch" for a checkbox. Further arguments become HTML attributes of the control, `_` as `-`.
    Raises AttributeError when `bound` is not a bound field.
    """
    widget, hint = bound.field.widget, bound.help_text if hint is None else hint
    described = _described(bound, hint)
    facts = {"bound": bound, "label": label or bound.label, "hint": hint, "hide_label": hide_label, "width": width}
    facts |= {"errors": bound.errors, "id": bound.id_for_label or bound.auto_id, "look": look or "list", "options": []}
    facts |= {"optional": not bound.field.required, "kind": "control", "control": "", "described": described}
    facts |= {"hint_id": f"{bound.auto_id}_hint", "error_id": f"{bound.auto_id}_error"}
    if bound.is_hidden:
        return facts | {"kind": "hidden", "control": bound.as_widget()}
    if isinstance(widget, GROUPS):
        return facts | {"kind": "group", "options": _options(bound, facts["look"], extra)}
    kind, css = "control", "form-select" if isinstance(widget, forms.Select) else "form-control"
    if isinstance(widget, forms.MultiWidget):
        kind = "set"
    elif isinstance(widget, forms.CheckboxInput):
        kind, css = "check", "form-check-input"
    return facts | {"kind": kind, "control": bound.as_widget(attrs=_attributes(bound, css, described, extra))}


def _anchor(bound) -> str:
    """Return the id that a summary's link goes to: the control, or the first one of a group."""
    if isinstance(bound.field.widget, (*GROUPS, forms.MultiWidget)):
        return f"{bound.auto_id}_0"
    return bound.id_for_label


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form, title=""):
    """Draw every error of a form, each a link to its field; nothing when there is none; see ui/error_summary.html."""
    items = [{"text": text, "id": ""} for text in form.non_field_errors()]
    for bound in form:
        for text in bound.errors:
            words = _("%(field)s: %(error)s") % {"field": str(bound.label).rstrip("?:."), "error": text}
            items.append({"text": words, "id": "" if bound.is_hidden else _anchor(bound)})
    return {"items": items, "title": title, "count": len(items)}


@register.inclusion_tag("ui/form_fields.html")
def form_fields(form):
    """Draw the error summary and every field of a form; see ui/form_fields.html."""
    return {"form": form}
