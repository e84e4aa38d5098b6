"""The last look at an HL7 message before it leaves: hl7apy's structures of version 2.5.1 have to accept it.

About 4 ms a segment, so deliveries pay for it and a bulk export does not.
"""

from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_message

from extractor.errors import RecordError


def check_message(content: bytes) -> None:
    """Nothing where the message is valid; ``RecordError`` that names the kind of fault, without its text.

    Structure, cardinality and data types are checked. Lengths are not: text that is longer than the standard foresees
    is sent whole rather than cut.
    """
    try:
        message = parse_message(content.decode(), validation_level=VALIDATION_LEVEL.TOLERANT)
        message.validate()
    except (HL7apyException, UnicodeDecodeError) as error:
        raise RecordError(
            f"The HL7 message would not be valid ({type(error).__name__}): correct the referral or use another format."
        ) from None
