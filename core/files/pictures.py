"""Pictures are painted anew: what is kept are the points alone, no place, no device, no hidden second file."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.files.kinds import FileRefused, damaged

_FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
# Points (width x height) before anything is decoded; a photo of a modern telephone has 12 to 50 million.
POINTS = 16_000_000
POINTS_JPEG = 64_000_000  # a baseline JPEG is decoded in a half of its size and fits again
LONGEST_SIDE = 4000  # enough to read a passport or an A4 page
_QUALITY = 88
_SAVE = {
    "JPEG": {"quality": _QUALITY, "optimize": False},
    "PNG": {"compress_level": 4},
    "WEBP": {"quality": _QUALITY, "method": 2},
}


def clean(content: bytes, kind: str, *, longest: int = LONGEST_SIDE) -> bytes:
    """Return the picture encoded anew, upright, without metadata. Raises FileRefused."""
    wanted = _FORMATS[kind]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower than Pillow's
            with Image.open(io.BytesIO(content), formats=[wanted]) as picture:
                _fits(picture)
                return _painted(picture, wanted, longest)
    except FileRefused:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # Pillow raises whatever a broken file leads to; the text may quote the file
        raise damaged() from error


def _fits(picture) -> None:
    width, height = picture.size
    points = width * height
    halved = picture.format in {"JPEG", "MPO"} and not picture.info.get("progressive")
    if points > (POINTS_JPEG if halved else POINTS):
        raise _too_large()
    if halved and points > POINTS:
        picture.draft(None, (width // 2, height // 2))


def _painted(picture, wanted: str, longest: int) -> bytes:
    picture.load()
    # A short file may still give a picture; Pillow is asked to be strict (LOAD_TRUNCATED_IMAGES is off).
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((longest, longest), reducing_gap=2.0)
    mode = upright.mode
    if wanted == "JPEG":
        mode = mode if mode in {"L", "RGB"} else "RGB"
    elif mode not in {"1", "L", "LA", "RGB", "RGBA"}:
        mode = "RGBA" if "transparency" in upright.info or mode in {"PA", "La", "RGBa"} else "RGB"
    if wanted == "WEBP" and mode not in {"RGB", "RGBA"}:
        mode = "RGBA" if mode == "LA" else "RGB"
    plain = upright.convert(mode) if mode != upright.mode else upright
    plain.info = {}  # comments, colour profiles and positions are written from here
    out = io.BytesIO()
    plain.save(out, format=wanted, exif=b"", **_SAVE[wanted])
    return out.getvalue()


def _too_large() -> FileRefused:
    return FileRefused(
        "picture_too_large",
        _("This picture has too many points. Take it in a smaller size, or make it smaller first."),
    )
