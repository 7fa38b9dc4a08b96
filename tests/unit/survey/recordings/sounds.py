"""Sounds for tests: one second of silence as WAV, and heads of the other kinds."""

import io
import wave

HEADS = {
    "audio/webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm",
    "audio/ogg": b"OggS\x00\x02" + b"\x00" * 20 + b"\x01\x13OpusHead",
    "audio/mp4": b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00",
    "audio/mpeg": b"ID3\x04\x00\x00\x00\x00\x00\x00",
}


def a_sound(seconds: float = 1.0, level: int = 0) -> bytes:
    """Return silence (or a constant level) as a WAV file of 8 kHz, 8 bits."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes([128 + level]) * int(8000 * seconds))
    return out.getvalue()
