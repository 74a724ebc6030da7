"""A PDF opened to be extended or judged: as strictly as can be, and no stream of it may burst memory."""

import logging
from contextlib import suppress
from io import BytesIO

from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
"""What is wrong with a stranger's file is a verdict, not a mishap with a traceback in the log."""


def reader_of(pdf: bytes) -> PdfFileReader:
    """The file for reading: by the letter of the standard, else as viewers read what scanners and Word write.

    Whatever it says, a signature that `check` believes covers each of its bytes.
    """
    limits = DecodeLimits.for_untrusted_input()
    with suppress(PdfReadError):
        reader = PdfFileReader(BytesIO(pdf), decode_limits=limits)
        if not reader.xrefs.hybrid_xrefs_present:
            return reader
    return PdfFileReader(BytesIO(pdf), strict=False, decode_limits=limits)


def writer_of(pdf: bytes) -> IncrementalPdfFileWriter:
    """The file for an incremental update: what is written begins with its bytes."""
    return IncrementalPdfFileWriter.from_reader(reader_of(pdf))
