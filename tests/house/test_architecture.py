"""The rules of the house, each as a check that finds what breaks it, and an example that it must find."""

import ast
import subprocess
import sys

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey

from core import access, policies
from partners.roles import ROLES
from referral.states import State
from tests.house.sources import ROOT, SLICES, faces, name_of, python_files, templates, tree

CEILING = 400  # lines
# These codes are nothing but roles; the others ("caseworker", "supervisor") are columns and relations as well.
ONLY_ROLES = set(ROLES) - {"caseworker", "supervisor", "coordinator"}
NAMES_ROLES = {"partners/roles.py", "core/actors.py"}  # the table, and the worker's own actor
DEMONSTRATION = ("demo", "world")
DRAWS_STATES = {"core/templatetags/ui_marks.py"}  # state -> glyph, one drawing of every code list
WRITES = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
ASKS, NARROWS = {"visible_to", "visible_or_404"}, {"select_related", "prefetch_related", "filter", "exclude"}
# Faces that may write: what they keep is not a record of anybody.
KEEPS_ITS_OWN = {
    "core/api/idempotency.py": "answers that were given before, in the request's own transaction",
}


def calls(module: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(module) if isinstance(node, ast.Call)]


def method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def constants(node: ast.AST) -> set:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}


def role_comparisons(module: ast.AST) -> list[int]:
    """Return the lines where a role is compared, or named where only a role can be meant."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            is_role = any(isinstance(side, ast.Attribute) and side.attr == "role" for side in sides)
            if is_role and constants(node) & set(ROLES):
                found.append(node.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ONLY_ROLES:
            found.append(node.lineno)
    return found


def state_comparisons(module: ast.AST) -> list[int]:
    """Return the lines where a state is compared with a code written as text."""
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.Compare)
        and any(isinstance(part, ast.Attribute) and part.attr == "state" for part in [node.left, *node.comparators])
        and constants(node) & set(State)
    ]


def bare_locks(module: ast.AST) -> list[int]:
    """Return the lines of locks that do not say which table they lock."""
    return [
        call.lineno
        for call in calls(module)
        if method(call) == "select_for_update" and "of" not in {keyword.arg for keyword in call.keywords}
    ]


def deaf_tasks(module: ast.AST) -> list[int]:
    """Return the lines of tasks that would fail on an argument of a newer version."""
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
        and any("task" in ast.unparse(decorator) for decorator in node.decorator_list)
        and node.args.kwarg is None
    ]


def writes(module: ast.AST) -> list[int]:
    """Return the lines that write to the database: `.save()` and its like, `.update(column=value)` of a queryset."""
    found = []
    for call in calls(module):
        receiver = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        queryset = ".objects" in receiver or ".filter(" in receiver or ".visible_to(" in receiver
        plain = method(call) in WRITES and "session" not in receiver
        if plain or (method(call) in {"update", "create"} and queryset):
            found.append(call.lineno)
    return found


def unguarded_reads(module: ast.AST, protected: set[str]) -> list[int]:
    """Return the lines that read a protected model without `visible_to`.

    It stands first in the chain; only what joins or narrows may come before, where the same function asks it then.
    """
    found = []
    for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.Lambda)):
        asked = {ast.unparse(call.func).rsplit(".", 1)[-1] for call in calls(function)} & ASKS
        first_words = {"visible_to", "none", *(NARROWS if asked else ())}
        for node in ast.walk(function):
            manager = node.value if isinstance(node, ast.Attribute) else None
            if (
                isinstance(manager, ast.Attribute)
                and manager.attr == "objects"
                and isinstance(manager.value, ast.Name)
                and manager.value.id in protected
                and node.attr not in first_words
            ):
                found.append(node.lineno)
    return sorted(set(found))


def web_imports(module: ast.AST) -> list[int]:
    """Return the lines that import what only faces know: requests and answers."""
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("django.http", "django.shortcuts"))
    ]


def signal_uses(module: ast.AST) -> list[int]:
    """Return the lines that use Django's signals between models, or listen to them."""
    return [
        node.lineno
        for node in ast.walk(module)
        if (isinstance(node, ast.ImportFrom) and node.module in {"django.db.models.signals", "django.dispatch"})
        or (isinstance(node, ast.FunctionDef) and any("receiver(" in ast.unparse(d) for d in node.decorator_list))
    ]


def places(check, files, **more) -> list[str]:
    return [f"{name_of(path)}:{line}" for path in files for line in check(tree(path), **more)]


def protected_names() -> set[str]:
    return {model.__name__ for model in access.PROTECTED}


EXAMPLES = [
    (role_comparisons, "if actor.role == 'supervisor': pass"),
    (role_comparisons, "who = {'focal_point'}"),
    (state_comparisons, "if referral.state == 'sent': pass"),
    (state_comparisons, "if referral.state in ('sent', 'received'): pass"),
    (bare_locks, "Referral.objects.select_for_update().get()"),
    (deaf_tasks, "@shared_task(name='x')\ndef relay(): pass"),
    (writes, "need.save()"),
    (writes, "Need.objects.filter(pk=1).update(status='met')"),
    (signal_uses, "from django.db.models.signals import post_save"),
    (signal_uses, "@receiver(saved)\ndef f(**_): pass"),
    (lambda module: unguarded_reads(module, {"Case"}), "def f(): return Case.objects.get(pk=1)"),
    (lambda module: unguarded_reads(module, {"Case"}), "def f(): return Case.objects.select_related('person')"),
    (web_imports, "from django.http import Http404"),
]


@pytest.mark.parametrize(("check", "source"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_each_check_finds_what_it_is_for(check, source):
    assert check(ast.parse(source))


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (bare_locks, "Referral.objects.select_for_update(of=('self',)).get()"),
        (deaf_tasks, "@shared_task\ndef relay(**_): pass"),
        (writes, "context.update(title='x')"),
        (lambda module: unguarded_reads(module, {"Case"}), "def f(): return Case.objects.visible_to(actor).get(pk=1)"),
        (
            lambda module: unguarded_reads(module, {"Case"}),
            "lambda a: visible_or_404(Case.objects.select_related('p'), a)",
        ),
    ],
    ids=range(5),
)
def test_no_check_finds_what_is_right(check, source):
    assert not check(ast.parse(source))


def test_packages_import_only_downwards():
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " 0 broken" in done.stdout


def test_no_file_is_too_long_to_read():
    files = [*python_files(), *templates(), *(ROOT / "core/static").glob("*.js")]
    long = {name_of(path): n for path in files if (n := len(path.read_text("utf-8").splitlines())) > CEILING}
    assert long == {}


def test_facts_rules_and_doors_do_not_know_the_web():
    rooms = {"models", "actions", "models.py", "actions.py", "lifecycle.py", "drafting.py", "guards.py", "sharing.py"}
    rooms |= {"candidates.py", "matching.py", "deadlines.py", "conversation.py", "reactions.py", "states.py"}
    files = [path for path in python_files() if rooms & set(path.relative_to(ROOT).parts)]
    assert len(files) > 20
    assert places(web_imports, files) == []


def test_nothing_happens_by_signals():
    assert places(signal_uses, python_files()) == []


def test_only_the_table_of_roles_names_roles():
    files = [
        path
        for path in python_files()
        if name_of(path) not in NAMES_ROLES and not any(word in name_of(path) for word in DEMONSTRATION)
    ]
    assert places(role_comparisons, files) == []


def test_only_the_lifecycle_compares_states():
    assert places(state_comparisons, [path for path in faces() if name_of(path) not in DRAWS_STATES]) == []


def test_every_lock_says_what_it_locks():
    assert places(bare_locks, python_files()) == []


def test_every_task_bears_an_argument_it_does_not_know():
    files = [path for path in python_files() if path.name == "tasks.py"]
    assert files
    assert places(deaf_tasks, files) == []


def test_a_face_leaves_writing_to_the_doors():
    found = [place for place in places(writes, faces()) if place.split(":")[0] not in KEEPS_ITS_OWN]
    assert found == []
    for name in KEEPS_ITS_OWN:
        assert writes(tree(ROOT / name)), f"{name} needs no exception any more"


def test_a_face_reads_through_visible_to():
    files = [path for path in faces() if name_of(path) not in KEEPS_ITS_OWN]
    assert places(unguarded_reads, files, protected=protected_names()) == []


def ours() -> list:
    return [model for model in apps.get_models() if model._meta.app_label in SLICES]


def test_every_table_has_a_rule_or_a_reason_and_never_both():
    tables = {model._meta.db_table for model in ours()}
    protected = {model._meta.db_table for model in access.PROTECTED}
    assert tables == (protected | set(access.OPEN)) & tables
    assert protected.isdisjoint(access.OPEN)
    assert {model for model in ours() if issubclass(model, access.ProtectedModel)} == set(access.PROTECTED)


def test_a_table_without_a_rule_stops_the_policies(monkeypatch):
    table, _why = next(iter(access.OPEN.items()))
    monkeypatch.delitem(access.OPEN, table)
    with pytest.raises(ValueError, match=table):
        policies.compiled()


def test_no_model_orders_itself_or_points_at_anything_at_all():
    assert [model.__name__ for model in ours() if model._meta.ordering] == []
    fields = [(model.__name__, field) for model in ours() for field in model._meta.private_fields]
    assert [name for name, field in fields if isinstance(field, GenericForeignKey)] == []
