"""Turns a source's bytes into text, by its byte-order mark or the encoding that it declares."""

from __future__ import annotations

import io
import tokenize

from .cells import is_notebook


def decode(source: bytes) -> str:
    """Decodes a source by its byte-order mark or its declared encoding, as Python does.

    Raises:
        SyntaxError: it is not text in that encoding; says what to do.
    """
    if is_notebook(source):  # which is UTF-8 by its format, whatever a cell declares
        return source.decode("utf-8", "replace")
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _no_text("The file is saved as UTF-16. Save it as UTF-8.", 1)
    null = source.find(b"\0")
    if null >= 0:
        line = source.count(b"\n", 0, null) + 1
        raise _no_text("The file holds null bytes, so it is not a Python source.", line)
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    try:
        return source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise _no_text(
            f"Byte 0x{source[error.start]:02x} is not {error.encoding} text. "
            "Save the file as UTF-8, or declare its encoding in the first line.",
            line,
        ) from error
    except LookupError as error:  # a codec of Python that does not decode to text
        raise _no_text(f"{encoding} is not an encoding for text. Save the file as UTF-8.", 1) from (
            error
        )


def _no_text(message: str, line: int) -> SyntaxError:
    return SyntaxError(message, (None, line, None, None))
