"""POSIX access lists of directories: let one account pass through, and nobody else.

The binary form is the kernel's `posix_acl_xattr` (linux/posix_acl_xattr.h): a version, then entries
of tag, permissions and id, ordered by tag.
"""

import os
import struct
from pathlib import Path
from typing import Final

_ATTRIBUTE: Final = "system.posix_acl_access"
_HEADER: Final = struct.Struct("<I")
_ENTRY: Final = struct.Struct("<HHI")
_VERSION: Final = 2
_NO_ID: Final = 0xFFFFFFFF
_USER_OBJ, _USER, _GROUP_OBJ, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_SEARCH: Final = 1

Entry = tuple[int, int, int]  # tag, permissions, id


def grant_search(directory: Path, uid: int) -> None:
    """Let the account pass through `directory`; what others may do stays as it is.

    Raises `OSError` where the file system keeps no access lists.
    """
    entries = [e for e in _read(directory) if (e[0], e[2]) != (_USER, uid) and e[0] != _MASK]
    entries.append((_USER, _SEARCH, uid))
    limited = (_USER, _GROUP_OBJ, _GROUP)
    mask = 0
    for tag, permissions, _ in entries:
        mask |= permissions if tag in limited else 0
    entries.append((_MASK, mask, _NO_ID))
    packed = b"".join(_ENTRY.pack(*entry) for entry in sorted(entries, key=lambda e: (e[0], e[2])))
    os.setxattr(directory, _ATTRIBUTE, _HEADER.pack(_VERSION) + packed)


def _read(directory: Path) -> list[Entry]:
    try:
        data = os.getxattr(directory, _ATTRIBUTE)
    except OSError:  # none yet: what the mode says
        mode = directory.stat().st_mode
        return [
            (_USER_OBJ, mode >> 6 & 7, _NO_ID),
            (_GROUP_OBJ, mode >> 3 & 7, _NO_ID),
            (_OTHER, mode & 7, _NO_ID),
        ]
    return [_ENTRY.unpack_from(data, at) for at in range(_HEADER.size, len(data), _ENTRY.size)]
