"""`/files/{token}`, outside `/v1`: the link itself is the key."""

from typing import Final, cast

from litestar import Response, Router, get, head
from litestar.response import Stream

from vinfer.domains.recordings import service
from vinfer.domains.recordings.links import FileLinks
from vinfer.kit import http
from vinfer.ports.storage import Storage

_HEADERS: Final = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",  # whoever has a link may embed its file
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
}


@get("/files/{token:str}", opt=http.PUBLIC)
async def get_file(
    token: http.Path[str],
    request: http.Request,
    file_links: http.Given[FileLinks],
    storage: http.Given[Storage],
) -> Stream:
    """Send a stored file, or the part that `Range` names."""
    span = await service.find(
        token, request.headers.get("range"), links=file_links, storage=storage
    )
    return Stream(
        storage.read(span.key, start=span.start, end=span.end),
        media_type=span.media_type,
        status_code=206 if span.partial else 200,
        headers=_headers(span),
    )


@head("/files/{token:str}", opt=http.PUBLIC)
async def head_file(
    token: http.Path[str], file_links: http.Given[FileLinks], storage: http.Given[Storage]
) -> Response[None]:
    """Size and type of a stored file."""
    span = await service.find(token, None, links=file_links, storage=storage)
    nothing = cast("None", b"")  # Litestar would encode None by the media type
    return Response(nothing, media_type=span.media_type, headers=_headers(span))


def _headers(span: service.Span) -> dict[str, str]:
    part = {"Content-Range": span.content_range} if span.partial else {}
    return {
        **_HEADERS,
        **part,
        "Content-Length": str(span.end - span.start),
        "Content-Disposition": f'inline; filename="{span.name}"',
    }


router = Router("/", route_handlers=[get_file, head_file])
