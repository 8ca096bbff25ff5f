"""Draw the lifecycle of a referral from its table of steps (house rule 2)."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from core.codelists import label
from referral.states import FINAL, NEED_BECOMES, OPEN, STEPS, State

PAPER = Path(settings.BASE_DIR) / "docs" / "generated" / "lifecycle.md"
INTRODUCTION = """\
# The lifecycle of a referral

Drawn from `referral/states.py` by `manage.py lifecycle --write`. Do not edit: change the table, then draw again.
"""


def diagram() -> str:
    """Return the Mermaid state diagram. Steps out of every open state are listed below it."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    arrows: dict[tuple[State, State], list[str]] = {}
    for step in STEPS.values():
        for source in State:
            if source in step.sources and step.sources != OPEN:
                arrows.setdefault((source, step.target), []).append(step.name)
    lines += [f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in arrows.items()]
    lines += [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join([*lines, "```"])


def steps() -> str:
    """Return the table of steps."""
    lines = [
        "| Step | Rule | From | To | Side | Verb | Needs | May take | Guards |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for step in STEPS.values():
        sources = "every open state" if step.sources == OPEN else ", ".join(s for s in State if s in step.sources)
        cells = [f"`{step.name}`", step.number, sources, step.target, step.side, f"`{step.permission}`"]
        cells += [", ".join(step.needs), ", ".join(step.takes), "G1 to G9" if step.guarded else ""]
        lines.append("| " + " | ".join("" if cell == "``" else str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def states() -> str:
    """Return the table of states, with what each means for the sender's need."""
    lines = ["| State | Called | Final | The sender's need becomes |", "|---|---|---|---|"]
    for state in State:
        with override("en"):
            name = label("referral_status", state.value)
        lines.append(f"| `{state}` | {name} | {'yes' if state in FINAL else ''} | {NEED_BECOMES.get(state, '')} |")
    return "\n".join(lines)


def paper() -> str:
    """Return the whole paper."""
    every = ", ".join(f"`{step.name}`" for step in STEPS.values() if step.sources == OPEN)
    note = f"Not drawn, since they lead out of every open state: {every}."
    return "\n\n".join([INTRODUCTION + "\n" + diagram(), note, "## Steps", steps(), "## States", states()]) + "\n"


class Command(BaseCommand):
    """`lifecycle` prints, `--check` compares with the paper, `--write` writes it. Needs no database."""

    help = "Show, check or write docs/generated/lifecycle.md."
    requires_system_checks = []

    def add_arguments(self, parser):
        group = parser.add_mutually_exclusive_group()
        for name in ("check", "write"):
            group.add_argument(f"--{name}", action="store_true")

    def handle(self, *args, check, write, **options):
        text = paper()
        if write:
            PAPER.write_text(text, encoding="utf-8")
        elif check:
            if not PAPER.exists() or PAPER.read_text(encoding="utf-8") != text:
                raise CommandError("docs/generated/lifecycle.md is not current. Run: manage.py lifecycle --write")
        else:
            self.stdout.write(text)
