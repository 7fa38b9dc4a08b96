"""What an examination of the installation found, in words for the operator."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How grave a finding is; only ``BAD`` makes a command fail."""

    FINE = "ok"
    DOUBT = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that was examined, how it stands, and what that means in both languages."""

    name: str
    grade: Grade
    vi: str
    en: str


def is_good(findings: list[Finding]) -> bool:
    """Tell whether nothing is bad."""
    return all(finding.grade is not Grade.BAD for finding in findings)
