"""The enumerations that everyone shares: one word for one thing, in code and in tables."""

from enum import StrEnum


class ItemKind(StrEnum):
    """What kind of answer an item takes (XLSForm question types that we play)."""

    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    GEOPOINT = "geopoint"
    TEXT = "text"
    NOTE = "note"
    CALCULATE = "calculate"


class Missing(StrEnum):
    """Why an item that was reached has no answer; "not asked" is absence from both maps."""

    DONT_KNOW = "dk"
    REFUSED = "refused"
    NOT_APPLICABLE = "na"


class ResponseState(StrEnum):
    """How far the respondent came."""

    COMPLETE = "complete"
    ABANDONED = "abandoned"


class Role(StrEnum):
    """What a person or a device may do (design: table of roles)."""

    DEVICE = "device"
    INTERVIEWER = "interviewer"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    MICRO_ANALYST = "micro_analyst"
    DESIGNER = "designer"
    ADMIN = "admin"
    AUDITOR = "auditor"
    KEY_OFFICER = "key_officer"


class ReceiptNote(StrEnum):
    """Doubts about a stored response; a flagged one stays out of estimates until accepted."""

    LATE = "late"
    OUT_OF_PERIOD = "out-of-period"
    CLOCK = "clock"


class Keeping(StrEnum):
    """How safely interviews wait on a device, as it says: promised, stored, or fleeting."""

    SAFE = "safe"
    PERHAPS = "perhaps"
    MEMORY = "memory"


class PlaceKind(StrEnum):
    """What kind of administrative unit a place is; the exact word stands beside it."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    WARD = "ward"
    SPECIAL_ZONE = "special_zone"
    VILLAGE = "village"


class Extent(StrEnum):
    """How the area of a new place lies to that of the old one it follows."""

    SAME = "same"
    INSIDE = "inside"
    CONTAINS = "contains"
    OVERLAPS = "overlaps"


class AuditAction(StrEnum):
    """What a line of the audit chain says was done; stored words, never renamed."""

    LOG_IN = "log-in"
    LOG_IN_FAILED = "log-in-failed"
    LOCK_OUT = "lock-out"
    LOG_OUT = "log-out"
    SESSIONS_ENDED = "sessions-ended"
    PASSWORD_SET = "password-set"  # noqa: S105 - the name of a deed
    STAFF_ADDED = "staff-added"
    STAFF_INVITED = "staff-invited"
    STAFF_DISABLED = "staff-disabled"
    STAFF_ENABLED = "staff-enabled"
    ROLE_CHANGED = "role-changed"
    DEVICE_OFFERED = "device-offered"
    DEVICE_ENROLLED = "device-enrolled"
    DEVICE_REVOKED = "device-revoked"
    INSTRUMENT_PUBLISHED = "instrument-published"
    TREE_KEPT = "tree-kept"
    RECORDING_KEPT = "recording-kept"
    RECORDING_REMOVED = "recording-removed"
    ROUND_PREPARED = "round-prepared"
    ROUND_CHANGED = "round-changed"
    ROUND_OPENED = "round-opened"
    ROUND_CLOSED = "round-closed"
    SLIPS_PRINTED = "slips-printed"
    SLIPS_VOIDED = "slips-voided"
    FILES_ENTERED = "files-entered"
    PLACES_IMPORTED = "places-imported"
    OFFICIAL_IMPORTED = "official-imported"
    ROUND_DISCARDED = "round-discarded"
    SAMPLE_STORED = "sample-stored"
    WEIGHTS_PROPOSED = "weights-proposed"
    WEIGHTS_ACCEPTED = "weights-accepted"
    CERTAINTY_OVERRIDDEN = "certainty-overridden"
    SCORES_PUBLISHED = "scores-published"
    SCORES_RELEASED = "scores-released"
    EXPORTED = "exported"
    BACKED_UP = "backed-up"
    RESTORED = "restored"
