"""From the cells of a line to the facts that our doors take, and everything that is wrong with them, by column."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from cases.imports import mapping as mapped
from cases.imports.mapping import BY_CODE, PARTS_OF_NAME, dictionary, plain
from cases.imports.questions import value_of
from cases.imports.reading import Line

_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_MONTH = re.compile(r"(\d{1,2})[./-](\d{4})")
_YEAR = re.compile(r"\d{4}")
_ABOUT = re.compile(r"^(~|≈|ca\.?|about|approx\.?|около|ок\.?|прим\.?|прыкладна|каля)\s*", re.I)
_TAIL = re.compile(r"\s*(г\.?р?\.?|года?|год)$", re.I)
ORDERS = ("dmy", "mdy")


class Odd(ValueError):
    """A cell that cannot be understood; its text is the sentence."""


@dataclass
class Facts:
    """What a line would create. `problems` are {"column", "text", "stops"}; a line that stops is not imported."""

    number: int
    person: dict = field(default_factory=dict)
    case: dict | None = None
    needs: list[dict] = field(default_factory=list)
    known: str = ""  # reference of a person that is registered already
    problems: list[dict] = field(default_factory=list)

    def wrong(self, column: str, text: str, *, stops: bool = True) -> None:
        """Note what is wrong in a column."""
        self.problems.append({"column": column, "text": text, "stops": stops})

    @property
    def stops(self) -> bool:
        return any(problem["stops"] for problem in self.problems)


def read_date(cell, order: str = "dmy") -> tuple[date, str]:
    """Return (date, precision) of a cell: day, month, year or estimated. Raises Odd."""
    if isinstance(cell, date):
        return cell, "day"
    text, about = _ABOUT.subn("", str(cell).strip())
    text = _TAIL.sub("", text)
    try:
        if match := _ISO.fullmatch(text):
            year, month, day = match.groups()
            found = date(int(year), int(month), int(day or 1)), "day" if day else "month"
        elif match := _DAY_FIRST.fullmatch(text):
            first, second, year = (int(part) for part in match.groups())
            day, month = (first, second) if order == "dmy" else (second, first)
            found = date(year, month, day), "day"
        elif match := _MONTH.fullmatch(text):
            found = date(int(match[2]), int(match[1]), 1), "month"
        elif _YEAR.fullmatch(text):
            found = date(int(text), 1, 1), "year"
        else:
            raise Odd(_("Write the date as 2001-03-08, 08.03.2001, 03.2001 or 2001."))
    except ValueError as error:
        if isinstance(error, Odd):
            raise
        raise Odd(_("There is no such day.")) from None
    return (found[0], "estimated") if about else found


class Reader:
    """Turns lines into facts by one mapping. `colleagues` are the members who may be given a case, `own` the questions
    that organisations added (cases.imports.questions); a column of one that is not asked any more is left out."""

    def __init__(self, heads: list[str], mapping: dict, *, colleagues=(), own: dict | None = None):
        self.heads, self.mapping, self.own = heads, mapping, own or {}
        known = BY_CODE | {code: field for code, (field, _question) in self.own.items()}
        self.columns = {int(number): known[code] for number, code in mapping["columns"].items() if code in known}
        self.column_of = {target.code: heads[number] for number, target in self.columns.items() if number < len(heads)}
        kinds = {target.kind for target in self.columns.values()}
        self.places = mapped.places() if mapped.PLACE in kinds else {}
        self.colleagues: dict[str, str] = {}
        if mapped.COLLEAGUE in kinds:
            for member in colleagues:
                self.colleagues |= {plain(member.name): str(member.pk), plain(member.user.email): str(member.pk)}

    def facts(self, line: Line) -> Facts:
        """Return the facts of one line, with what is wrong."""
        facts, found = Facts(line.number), {}
        for number in sorted(line.formulas):
            head = self.heads[number] if number < len(self.heads) else str(number + 1)
            facts.wrong(head, _("The cell holds a formula. Put the value in its place."))
        if any(line.cells[len(self.heads) :]):
            facts.wrong("", _("The line has more cells than there are heads."))
        for number, target in self.columns.items():
            cell = line.cells[number] if number < len(line.cells) else ""
            if cell in ("", None) or number in line.formulas:
                continue
            try:
                found[target.code] = self._value(target, cell)
            except Odd as odd:
                facts.wrong(self.heads[number], str(odd))
        facts.known = found.pop("known", "")
        facts.person = self._person(found, facts)
        if self.mapping.get("opens_cases"):
            facts.case = {
                "risk_level": found.get("risk_level") or self.mapping["risk_level"],
                "entry_point": found.get("entry_point") or self.mapping["entry_point"],
                "consent_basis": found.get("consent_basis") or self.mapping["consent_basis"],
                "basis_note": found.get("basis_note") or self.mapping.get("basis_note", ""),
                "caseworker": found.get("caseworker") or self.mapping.get("caseworker", ""),
            }
            about = {
                "description": found.get("need_description", ""),
                "priority": found.get("need_priority", "routine"),
            }
            if extra := self._extra("need", found):
                about["extra"] = extra
            facts.needs = [{"category": code} | about for code in found.get("need_category", [])]
        if extra := self._extra("person", found):
            facts.person["extra"] = extra
        return facts

    def _extra(self, subject: str, found: dict) -> dict:
        """Return the answers of a line about a subject, by scope and code."""
        answers: dict[str, dict] = {}
        for column, value in found.items():
            if column in self.own and column.startswith(f"{subject}."):
                _subject, scope, code = column.split(".", 2)
                answers.setdefault(scope, {})[code] = value
        return answers

    def column_named(self, name: str) -> str:
        """Return the head of the column that a door speaks of, "" where none is meant."""
        target = {"names": "full_name", "category": "need_category", "priority": "need_priority"}.get(name, name)
        if name.startswith("extra_"):
            scope, _sep, code = name.removeprefix("extra_").partition("_")
            ends = [column for column in self.column_of if column.endswith(f".{scope}.{code}")]
            target = ends[0] if ends else target
        return self.column_of.get(target, "")

    def _value(self, target, cell):
        if target.kind == mapped.QUESTION:
            try:
                return value_of(self.own[target.code][1], cell)
            except ValueError as error:
                raise Odd(str(error)) from None
        if target.kind == mapped.DATE:
            return read_date(cell, self.mapping.get("order", "dmy"))
        if target.kind == mapped.CODE:
            own = self.mapping.get("words", {}).get(target.code, {})
            codes = [
                own.get(plain(word), dictionary(target.list).get(plain(word))) for word in mapped.split(target, cell)
            ]
            if None in codes:
                raise Odd(_("We do not know this word. Say on the page of words what it means."))
            codes = [code for code in dict.fromkeys(codes) if code]  # "": leave it out
            return codes if target.several else (codes[0] if codes else "")
        if target.kind == mapped.YES:
            answer = dictionary_of_yes().get(plain(cell) or str(cell).strip())
            if answer is None:
                raise Odd(_("Write yes or no."))
            return answer == "yes"
        if target.kind in {mapped.PLACE, mapped.COLLEAGUE}:
            known = self.places if target.kind == mapped.PLACE else self.colleagues
            if (found := known.get(plain(cell))) is None:
                raise Odd(
                    _("We do not know this place. Write the oblast or the district.")
                    if target.kind == mapped.PLACE
                    else _("No colleague of this name works with clients here.")
                )
            return found
        return cell.isoformat() if isinstance(cell, date) else str(cell).strip()

    def _person(self, found: dict, facts: Facts) -> dict:
        parts = {name: found[name] for name in PARTS_OF_NAME if found.get(name)}
        full = found.get("full_name") or " ".join(
            parts[name] for name in ("family", "given", "patronymic") if name in parts
        )
        names = [{"full_as_written": full, "kind": "legal"} | parts] if full else []
        if found.get("other_name"):
            names.append({"full_as_written": found["other_name"], "kind": "alias"})
        person = {"names": names}
        if "birth_date" in found:
            born, precision = found["birth_date"]
            person |= {"birth_date": born.isoformat(), "birth_precision": precision}
        if "status_since" in found:
            person["status_since"] = found["status_since"][0].isoformat()
        if "languages" in found:
            person["languages"] = [{"code": code} for code in found["languages"]]
        for name in ("sex", "citizenships", "country_of_birth", "area", "migration_status", "contact_channel",
                     "contact_value", "contact_hours", "contact_warning", "caregiver", "unaccompanied"):  # fmt: skip
            if found.get(name):
                person[name] = found[name]
        if person.get("contact_value") and "contact_channel" not in person:
            # A number alone does not say that it is safe to call it: the door of safe contact stays shut.
            column = self.column_of.get("contact_value", "")
            facts.wrong(
                column, _("Nothing says that this contact is safe. It is kept as “do not contact”."), stops=False
            )
            person["contact_channel"] = "none"
        return person


def dictionary_of_yes() -> dict[str, str]:
    """Return the words for yes and no."""
    return mapped.SYNONYMS["yes"]
