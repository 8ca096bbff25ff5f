"""Forms that organisations add: drafted, changed, published, retired. What was published does not change."""

from dataclasses import replace
from uuid import uuid4

from django.utils.translation import gettext as _

from cases.actions.answers import SUBJECTS
from cases.extensions.checking import Problem, problems_of
from cases.extensions.definition import Field, carried, dump
from cases.models import Form
from cases.models.extensions import NETWORK, OWN
from core import events
from core.actions import Incomplete, NotNow, action, not_permitted
from partners.models import Organisation

VERBS = {OWN: "form.manage", NETWORK: "form.manage_network"}


@action("form.draft", permission="")
def draft_form(*, actor, at, subject: str, scope: str) -> Form:
    """Begin the next version of a form: with the fields in use, or empty. Returns the draft.

    Raises NotPermitted, NotNow (draft_waits), Incomplete.
    """
    form, created = _draft_of(subject, scope, actor, at)
    if not created:
        raise NotNow("draft_waits", _("A draft of this form waits already. Go on with that one."))
    _tell("form.drafted", form, actor, at)
    return form


@action("form.write_field", permission="")
def write_field(form_id, *, actor, at, field: Field, replaces: str = "", revision: int | None = None) -> Form:
    """Add a field to a draft, or put it in the place of the one with the code `replaces`.

    Raises NotNow (form_changed) when the draft is not at `revision` any more, Incomplete with the parts that are wrong.
    """
    form = _draft(form_id, actor)
    if revision is not None and form.revision != revision:
        raise NotNow("form_changed", _("Somebody changed this form meanwhile. Look at it, then save again."))
    fields, before = form.fields, used_fields(form, actor)
    if replaces and replaces != field.code and replaces in {one.code for one in before}:
        raise _refused([Problem(field.code, "code", _("The code of a question in use does not change."))])
    if replaces in {one.code for one in fields}:
        fields = [field if one.code == replaces else one for one in fields]
        if replaces != field.code:
            fields = [_repointed(one, replaces, field.code) for one in fields]
    else:
        fields.append(field)
    fields = _with_old_options(fields, before)
    mine = [problem for problem in problems_of(fields, before) if problem.code in {field.code, ""}]
    if mine:
        raise _refused(mine)
    return _save(form, fields, actor, at)


@action("form.move_field", permission="")
def move_field(form_id, *, actor, at, code: str, by: int) -> Form:
    """Move a field of a draft up (-1) or down (1); at the end it stays where it is. Raises NotNow, Incomplete."""
    form = _draft(form_id, actor)
    fields = form.fields
    at_place = _place_of(fields, code)
    there = min(max(at_place + by, 0), len(fields) - 1)
    fields.insert(there, fields.pop(at_place))
    return _save(form, fields, actor, at)


@action("form.drop_field", permission="")
def drop_field(form_id, *, actor, at, code: str) -> Form:
    """Take a field out of a draft; one that was in use is retired instead, so that its answers stay readable."""
    form = _draft(form_id, actor)
    fields = form.fields
    gone = fields.pop(_place_of(fields, code))
    if code in {one.code for one in used_fields(form, actor)}:
        fields.append(replace(gone, retired=True, shown_if=None))
    return _save(form, fields, actor, at)


@action("form.ask_again", permission="")
def restore_field(form_id, *, actor, at, code: str) -> Form:
    """Ask a retired field again."""
    form = _draft(form_id, actor)
    fields = form.fields
    place = _place_of(fields, code)
    fields[place] = replace(fields[place], retired=False)
    return _save(form, fields, actor, at)


@action("form.load", permission="")
def load_fields(*, actor, at, subject: str, scope: str, fields: list[Field]) -> Form:
    """Replace the draft of a form by fields that were read from a file; those in use that are missing are retired.

    Nothing is written when anything is wrong. Raises Incomplete, NotPermitted.
    """
    form, _created = _draft_of(subject, scope, actor, at)
    before = used_fields(form, actor)
    whole = carried(fields, before)
    if problems := problems_of(whole, before):
        raise _refused(problems, whole=True)
    return _save(form, whole, actor, at)


@action("form.publish", permission="")
def publish_form(form_id, *, actor, at) -> Form:
    """Put a draft to use; the version before it retires. Raises NotNow, Incomplete with everything that is wrong."""
    form = _draft(form_id, actor)
    before = used_fields(form, actor)
    if not form.definition:
        raise Incomplete("form_empty", _("Add a question first."))
    if problems := problems_of(form.fields, before):
        raise _refused(problems, whole=True)
    _in_use(form, actor).update(state="retired", retired_at=at)
    form.state, form.published_at = "published", at
    form.save(update_fields=["state", "published_at"])
    _tell("form.published", form, actor, at)
    return form


@action("form.retire", permission="")
def retire_form(form_id, *, actor, at) -> Form:
    """Ask a form no more; its answers stay readable. Raises NotNow when it is not in use."""
    form = _managed(form_id, actor)
    if form.state != "published":
        raise NotNow("form_not_in_use", _("This form is not in use."))
    form.state, form.retired_at = "retired", at
    form.save(update_fields=["state", "retired_at"])
    _tell("form.retired", form, actor, at)
    return form


@action("form.discard", permission="")
def discard_draft(form_id, *, actor, at) -> None:
    """Throw a draft away; the version in use stays. Raises NotNow when it is no draft."""
    form = _draft(form_id, actor)
    _tell("form.discarded", form, actor, at)
    form.delete()


def _demand(actor, scope: str) -> None:
    if scope not in VERBS or not actor.may(VERBS[scope]):
        raise not_permitted()


def _draft_of(subject: str, scope: str, actor, at) -> tuple[Form, bool]:
    """Return the draft of a form and whether it was made now."""
    _demand(actor, scope)
    if subject not in SUBJECTS:
        raise Incomplete("unknown_subject", _("Choose what the form belongs to."))
    # Two who begin at once: the second finds the draft of the first.
    Organisation.objects.select_for_update(of=("self",)).get(pk=actor.organisation_id)
    organisation_id = None if scope == NETWORK else actor.organisation_id
    rows = Form.objects.visible_to(actor).filter(organisation_id=organisation_id, subject=subject)
    versions = list(rows.order_by("-version"))
    draft = next((form for form in versions if form.state == "draft"), None)
    if draft is not None:
        return Form.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=draft.pk), False
    last = versions[0] if versions else None
    draft = Form(
        id=uuid4(),
        organisation_id=organisation_id,
        subject=subject,
        version=last.version + 1 if last else 1,
        definition=last.definition if last else [],
        created_at=at,
    )
    draft.save(force_insert=True)
    return draft, True


def _managed(form_id, actor) -> Form:
    form = Form.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=form_id).first()
    if form is None:
        raise not_permitted()
    _demand(actor, form.scope)
    return form


def _draft(form_id, actor) -> Form:
    form = _managed(form_id, actor)
    if form.state != "draft":
        raise NotNow("form_in_use", _("This version is in use and does not change. Begin a new version."))
    return form


def _in_use(form: Form, actor):
    rows = Form.objects.visible_to(actor).filter(organisation_id=form.organisation_id, subject=form.subject)
    return rows.filter(state="published")


def used_fields(form: Form, actor) -> list[Field]:
    """Return the fields that were ever published: the last published version carries all of them."""
    rows = Form.objects.visible_to(actor).filter(organisation_id=form.organisation_id, subject=form.subject)
    last = rows.exclude(state="draft").order_by("-version").first()
    return last.fields if last else []


def _with_old_options(fields: list[Field], before: list[Field]) -> list[Field]:
    codes = {one.code for one in fields}
    return carried(fields, [one for one in before if one.code in codes])


def _repointed(one: Field, old: str, new: str) -> Field:
    if one.shown_if is None or one.shown_if.field != old:
        return one
    return replace(one, shown_if=replace(one.shown_if, field=new))


def _place_of(fields: list[Field], code: str) -> int:
    place = next((place for place, one in enumerate(fields) if one.code == code), None)
    if place is None:
        raise Incomplete("unknown_field", _("There is no question with this code any more."))
    return place


def _save(form: Form, fields: list[Field], actor, at) -> Form:
    form.definition = dump(fields)
    form.revision += 1
    form.save(update_fields=["definition", "revision"])
    _tell("form.changed", form, actor, at)
    return form


def _tell(kind: str, form: Form, actor, at) -> None:
    events.record(kind, actor=actor, at=at, about=form.pk, subject=form.subject, scope=form.scope, version=form.version)


def _refused(problems: list[Problem], *, whole: bool = False) -> Incomplete:
    """Return the refusal; of a whole form each sentence begins with the code of its field."""
    fields: dict[str, list[str]] = {}
    for problem in problems:
        sentence = f"{problem.code}: {problem.sentence}" if whole and problem.code else problem.sentence
        fields.setdefault(problem.part, []).append(sentence)
    text = " ".join(texts[0] for texts in list(fields.values())[:1])
    return Incomplete("form_wrong", text, fields=fields)
