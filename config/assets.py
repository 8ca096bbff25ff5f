"""Copy what the pages load from node_modules to core/static/vendor (git-ignored), and compile the translations.

Nothing is built: the files are served as their makers published them. Runs in `make setup`.
"""

import re
import shutil
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = {"htmx.org/dist/htmx.min.js": "htmx.min.js"}
FONTS = {
    "inter": [f"inter-{part}-wght-normal.woff2" for part in ("latin", "latin-ext", "cyrillic", "cyrillic-ext")],
    "vazirmatn": ["vazirmatn-arabic-wght-normal.woff2"],
}
# Static faces for printed papers: typst does not read variable fonts.
PRINT = {
    "@expo-google-fonts/noto-sans": ("400Regular/NotoSans_400Regular.ttf", "700Bold/NotoSans_700Bold.ttf"),
    "@expo-google-fonts/noto-sans-arabic": (
        "400Regular/NotoSansArabic_400Regular.ttf", "700Bold/NotoSansArabic_700Bold.ttf",
    ),
}  # fmt: skip
LICENSES = {
    "bootstrap": "bootstrap/LICENSE", "htmx": "htmx.org/LICENSE", "inter": "@fontsource-variable/inter/LICENSE",
    "vazirmatn": "@fontsource-variable/vazirmatn/LICENSE", "tabler-icons": "@tabler/icons/LICENSE",
    "noto": "@expo-google-fonts/noto-sans/LICENSE_FONT",
}  # fmt: skip


def font_faces(css: str, names: list[str], folder: str) -> str:
    """Return the @font-face blocks of the package's own stylesheet for these files only, with our paths."""
    blocks = re.findall(r"@font-face\s*{[^}]*}", css)
    chosen = [block for block in blocks if any(f"/{name})" in block for name in names)]
    if len(chosen) != len(names):
        raise SystemExit(f"The font package of {folder} has changed: {len(chosen)} of {len(names)} files were found.")
    return "\n".join(block.replace("./files/", f"{folder}/") for block in chosen) + "\n"


def copy(modules: Path, vendor: Path, icons: Path) -> int:
    """Fill `vendor` afresh; returns the number of files. Raises SystemExit for an icon that does not exist."""
    fresh = vendor.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "licenses").mkdir(parents=True)
    style = (modules / "bootstrap/dist/css/bootstrap.min.css").read_text()
    # The manifest storage refuses a file that names a map which is not there.
    (fresh / "bootstrap.min.css").write_text(re.sub(r"/\*# sourceMappingURL=.*?\*/", "", style))
    for source, target in SCRIPTS.items():
        shutil.copyfile(modules / source, fresh / target)
    faces = ""
    for family, names in FONTS.items():
        package = modules / "@fontsource-variable" / family
        (fresh / family).mkdir()
        for name in names:
            shutil.copyfile(package / "files" / name, fresh / family / name)
        faces += font_faces((package / "index.css").read_text(), names, family)
    (fresh / "fonts.css").write_text(faces)
    (fresh / "noto").mkdir()
    for package, names in PRINT.items():
        for name in names:
            shutil.copyfile(modules / package / name, fresh / "noto" / Path(name).name)
    for name, source in LICENSES.items():
        shutil.copyfile(modules / source, fresh / "licenses" / f"{name}.txt")
    (fresh / "icons").mkdir()
    for name in icons.read_text().split() if icons.exists() else []:
        source = modules / "@tabler/icons/icons/outline" / f"{name}.svg"
        if not source.exists():
            raise SystemExit(f"{icons.name} names {name!r}, which is no Tabler outline icon.")
        shutil.copyfile(source, fresh / "icons" / source.name)
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return sum(1 for path in vendor.rglob("*") if path.is_file())


def compile_messages(root: Path) -> list[Path]:
    """Write a .mo beside each locale/*/LC_MESSAGES/*.po (git-ignored); fuzzy entries are left out, as gettext does."""
    made = []
    for catalogue in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
        target = catalogue.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns <= catalogue.stat().st_mtime_ns:
            fresh = target.with_suffix(".mo.new")
            polib.pofile(str(catalogue)).save_as_mofile(str(fresh))
            fresh.replace(target)
            made.append(target)
    return made


if __name__ == "__main__":
    if "--messages" not in sys.argv:
        copy(ROOT / "node_modules", ROOT / "core/static/vendor", ROOT / "core/static_src/icons.txt")
    compile_messages(ROOT)
