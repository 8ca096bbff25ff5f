"""Load the oblasts and districts of Belarus (own compilation, `partners/data`)."""

import csv
from pathlib import Path

from django.db import migrations


def load(apps, schema_editor):
    """Write 7 oblasts and 118 districts; English district names are those of the 2007 Latin rule."""
    area = apps.get_model("partners", "Area")
    data = Path(__file__).resolve().parent.parent / "data"
    with (data / "oblasts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            area.objects.create(
                code=row["code"], name_en=row["name_en"], name_ru=row["name_ru"], name_be=row["name_be"]
            )
    with (data / "districts.csv").open(encoding="utf-8", newline="") as file:
        area.objects.bulk_create(
            area(
                code=row["local_code"],
                parent_id=row["oblast_code"],
                name_en=row["name_latin_2007"],
                name_ru=row["name_ru"],
                name_be=row["name_be"],
            )
            for row in csv.DictReader(file)
        )


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
