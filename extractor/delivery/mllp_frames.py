"""Frames of MLLP, and what an acknowledgment in one says.

    frame   0x0B message 0x1C 0x0D

Source: HL7 version 2.5.1, chapter 2, sections 2.9 and 2.15.4 to 2.15.9; MLLP release 1.
"""

import socket

from extractor.export.hl7v2_text import Er7, components, escaped, header, segment
from models.record import Value

START, END = b"\x0b", b"\x1c\x0d"
LONGEST = 2**20
"""Bytes of an answer, at most."""
_ALWAYS = frozenset({"AL", "SU"})


class Acknowledgment(Value):
    """``code``: MSA-1 (AA, AE, AR, CA, CE, CR); ``of``: the message it answers (MSA-2); ``own_id``: its own MSH-10.

    ``wants_commit``: its sender wants to hear that it has arrived (MSH-15).
    """

    code: str
    of: str
    own_id: str
    wants_commit: bool


def framed(content: bytes) -> bytes:
    """A message as it travels."""
    return START + content + END


def control_id(content: bytes) -> str:
    """MSH-10 of a message."""
    return _field(content, b"MSH", 10)


def read_acknowledgment(frame: bytes) -> Acknowledgment | None:
    """What a frame (without its end) says; None where it acknowledges nothing."""
    message = frame[frame.rfind(START) + 1 :]
    code, of = _field(message, b"MSA", 1), _field(message, b"MSA", 2)
    if not code or not of:
        return None
    return Acknowledgment(
        code=code.upper(), of=of, own_id=control_id(message), wants_commit=_field(message, b"MSH", 15) in _ALWAYS
    )


def commit_of(acknowledgment: Acknowledgment, code: str = "CA") -> bytes:
    """The frame by which an acknowledgment is acknowledged: ``CA`` kept, ``CE`` not kept, send it again."""
    head = header(
        {
            9: components(Er7("ACK")),
            10: escaped(f"C{acknowledgment.own_id}"[:20]),
            11: Er7("P"),
            12: Er7("2.5.1"),
        }
    )
    return framed(f"{head}\r{segment('MSA', {1: Er7(code), 2: escaped(acknowledgment.own_id)})}\r".encode())


def receive_frame(connection: socket.socket, received: bytes) -> tuple[bytes, bytes]:
    """The next frame without its end, and what came after it; an empty frame where the other side hung up.

    ``received`` is what came before. Raises ``OSError`` as the socket does, ``ValueError`` for a frame over the limit.
    """
    while END not in received:
        if len(received) > LONGEST:
            raise ValueError("a frame over the limit")
        chunk = connection.recv(65536)
        if not chunk:
            return b"", b""
        received += chunk
    frame, _, rest = received.partition(END)
    return frame, rest


def _field(message: bytes, name: bytes, number: int) -> str:
    """A field of the first segment of that name, by the message's own separator; empty where there is none."""
    separator = message[3:4]
    for line in message.replace(b"\n", b"\r").split(b"\r"):
        parts = line.split(separator) if separator else [line]
        place = number - 1 if name == b"MSH" else number
        if parts[0] == name and place < len(parts):
            return parts[place].decode("ascii", "replace").strip()
    return ""
