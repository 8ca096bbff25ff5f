"""Files from outside: one way in (checked by content, cleaned, bounded), one place to lie in (sealed), one way out.

`check(upload)` refuses or returns a `Clean` file; `vault` seals and opens what was cleaned; `download` answers with it.
Every upload of the product goes through here (RELIABILITY 2.5, Upload).
"""

from core.files.checking import check
from core.files.kinds import ACCEPT, LIMIT, Clean, FileRefused
from core.files.kinds import PICTURES as KINDS_OF_PICTURES
from core.files.serving import download, save_as

__all__ = ["ACCEPT", "KINDS_OF_PICTURES", "LIMIT", "Clean", "FileRefused", "check", "download", "save_as"]
