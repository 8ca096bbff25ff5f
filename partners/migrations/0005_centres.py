"""Where the towns are from which oblasts and districts are governed, for distances (own compilation, `partners/data`)."""

import csv
from pathlib import Path

from django.db import migrations


def load(apps, schema_editor):
    """Write the coordinates of 125 areas, to two digits of a degree."""
    area = apps.get_model("partners", "Area")
    path = Path(__file__).resolve().parent.parent / "data" / "centres.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            area.objects.filter(pk=row["code"]).update(latitude=row["latitude"], longitude=row["longitude"])


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_directory")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
