"""Hashes of scripts and styles, by which a page allows these and no others."""

import base64
import hashlib


def source_hash(text: str) -> str:
    """Return the source that allows a script or style in a content security policy."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
