"""The latest bytes of an output without end, and a reader of it that may be slow or away."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.system.units import size

KEPT = 1_000_000  # bytes
INTERVAL = 1 / 30  # seconds between two pieces
PIECE = 100_000  # bytes
WINDOW = 200_000  # bytes that may be on their way: enough to keep a browser busy, few enough for Ctrl-C to be quick
STALL = 2.0  # seconds without a word from the reader; then nobody waits for it


class Output:
    """The latest bytes of a stream, each found by its place in the whole stream.

    Parameters
    ----------
    kept : int
        How many bytes are kept.

    Attributes
    ----------
    start, end : int
        Place of the first byte that is still here, and of the first that is yet to come.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._bytes = bytearray()
        self.start = self.end = 0

    def append(self, data: bytes) -> None:
        """Add to the end, and let go at the start what is too much."""
        self._bytes += data
        self.end += len(data)
        del self._bytes[: max(0, len(self._bytes) - self._kept)]
        self.start = self.end - len(self._bytes)

    def read(self, place: int, most: int = KEPT) -> tuple[int, bytes]:
        """Read from a place on; where that is gone already, from the first byte that is still here.

        Returns
        -------
        place : int
            Where the bytes really start.
        data : bytes
            At most ``most`` of them.
        """
        place = max(place, self.start)
        first = place - self.start
        return place, bytes(self._bytes[first : first + most])


@dataclass
class FlowControl:
    """Gives a reader what it hasn't seen, in pieces, a limited number of times a second.

    The reader says how far it has come. While too much is on its way, it gets no more, and ``full`` asks the
    source to wait. A reader that has said nothing for a while is waited for no longer: later it gets the latest
    bytes, and a line that says how many it missed.

    Attributes
    ----------
    open : bool
        Whether there is a reader at all.
    """

    output: Output
    open: bool = False
    _sent: int = 0
    _seen: int = 0
    _sent_at: float = 0.0
    _waiting_since: float = 0.0

    @property
    def unsent(self) -> bool:
        """Whether there is a reader, and something that it was not given yet."""
        return self.open and self._sent < self.output.end

    def rewind(self) -> None:
        """Begin again with the oldest byte that is still here, for a new reader."""
        self.open = True
        self._sent = self._seen = self.output.start
        self._sent_at = 0.0

    def acknowledge(self, place: int, now: float) -> None:
        """Take note that the reader has come to a place."""
        self.open = True
        self._seen = max(self._seen, min(place, self._sent))
        self._waiting_since = now

    def patience(self, now: float) -> float:
        """Tell for how many seconds the source is to wait for the reader; 0 where it need not."""
        if not self.open or self.output.end - self._seen <= WINDOW:
            return 0.0
        return max(0.0, self._waiting_since + STALL - now)

    def due(self, now: float) -> float | None:
        """Tell in how many seconds the next piece may go; None where there is none, or too much on its way."""
        if not self.unsent or self._sent - self._seen >= WINDOW:
            return None
        return max(0.0, self._sent_at + INTERVAL - now)

    def take(self, now: float) -> tuple[bytes, int]:
        """Take the next piece, and the place after it, which the reader is to acknowledge."""
        place, piece = self.output.read(self._sent, PIECE)
        missed = place - self._sent
        if self._sent == self._seen:
            self._waiting_since = now
        self._sent, self._sent_at = place + len(piece), now
        return (_resumed(missed, piece) if missed else piece), self._sent


def _resumed(missed: int, piece: bytes) -> bytes:
    """Go on after a gap: end what the gap cut in two, say how much is missing, start with a whole line."""
    whole = piece.find(b"\n", 0, len(piece) // 2) + 1
    # CAN ends an escape sequence that was cut; SGR 0 ends its colors.
    return b"\x18\x1b[0m\r\n[%s left out]\r\n" % size(missed + whole).encode() + piece[whole:]
