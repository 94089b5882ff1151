"""Which containers are opened at all, and how those without a header are told apart."""

from typing import Final

# Demuxers of FFmpeg that carry sound and never refer to other files or addresses.
CONTAINERS: Final = (
    "3gp,aac,ac3,act,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dss,dts,eac3,flac,flv,g722,gsm,ircam,"
    "loas,alaw,mulaw,matroska,matroska,webm,mov,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,mpegts,"
    "nistsphere,nut,ogg,qcp,rm,sox,tak,tta,voc,w64,wav,wv"
)
# Raw streams say nothing about themselves: the ending of the name decides.
HEADERLESS: Final = {
    "g722": ("g722", 16_000),
    "ul": ("mulaw", 8_000),
    "ulaw": ("mulaw", 8_000),
    "mulaw": ("mulaw", 8_000),
    "pcmu": ("mulaw", 8_000),
    "al": ("alaw", 8_000),
    "alaw": ("alaw", 8_000),
    "pcma": ("alaw", 8_000),
    "gsm": ("gsm", 8_000),
}
_HEADERS: Final = (b"RIFF", b"RF64", b"OggS", b"fLaC", b"ID3", b"\x1aE\xdf\xa3", b"FORM", b".snd")
_PROTECTED_BOXES: Final = (b"sinf", b"pssh", b"drms", b"aavd", b"adrm")
_ASF: Final = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_PROTECTION: Final = (
    bytes.fromhex("fbb31122 23bdd211 b4b700a0c955fc6e".replace(" ", "")),  # content encryption
    bytes.fromhex("14e68a29 2226174c b935dae0 7ee9289c".replace(" ", "")),  # extended
)
_AUDIBLE: Final = b"\x57\x90\x75\x36"  # at byte 4 of an .aa file


def headerless(name: str, head: bytes) -> tuple[str, int] | None:
    """The demuxer and rate in Hz of a raw stream called `name`, unless `head` is a known header."""
    ending = name.rpartition(".")[2].lower()
    if head.startswith(_HEADERS) or head[4:8] == b"ftyp":
        return None
    return HEADERLESS.get(ending)


def is_mp4(head: bytes) -> bool:
    """Whether `head` begins an ISO base media file."""
    return head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip")


def protected(head: bytes) -> bool:
    """Whether the first bytes say that the rest is encrypted: ASF and Audible."""
    if head[4:8] == _AUDIBLE:
        return True
    return head.startswith(_ASF) and any(guid in head for guid in _ASF_PROTECTION)


def protected_movie(movie: bytes) -> bool:
    """Whether an ISO `moov` box announces encrypted samples (ISO/IEC 23001-7, 14496-12 8.12)."""
    return any(box in movie for box in _PROTECTED_BOXES)
