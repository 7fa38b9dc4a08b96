"""Tables, one file per noun family; invariants are named constraints, nothing here queries."""

from survey.models.audit import AuditEntry, AuditHead
from survey.models.base import Base
from survey.models.counters import CounterReport, FinishedFiles
from survey.models.device_reports import DeviceReport
from survey.models.fieldwork import (
    Device,
    IndexTreeVersion,
    InstrumentVersion,
    Round,
    SampledPlace,
    Weighting,
)
from survey.models.health import Probe
from survey.models.kiosks import Declined, Kiosk, KioskEnrolment
from survey.models.official import MethodBreak, OfficialResult
from survey.models.people import Staff, StaffInvitation, StaffSession
from survey.models.places import Place, PlaceAlias, PlaceSuccessor
from survey.models.recordings import Recording
from survey.models.responses import Quarantine, Response, ResponseCount
from survey.models.results import ScoreBatch, ScoreRun
from survey.models.slips import Slip, SlipBatch
from survey.models.snapshots import SnapshotDue
from survey.models.withdrawals import Withdrawal

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Base",
    "CounterReport",
    "Declined",
    "Device",
    "DeviceReport",
    "FinishedFiles",
    "IndexTreeVersion",
    "InstrumentVersion",
    "Kiosk",
    "KioskEnrolment",
    "MethodBreak",
    "OfficialResult",
    "Place",
    "PlaceAlias",
    "PlaceSuccessor",
    "Probe",
    "Quarantine",
    "Recording",
    "Response",
    "ResponseCount",
    "Round",
    "SampledPlace",
    "ScoreBatch",
    "ScoreRun",
    "Slip",
    "SlipBatch",
    "SnapshotDue",
    "Staff",
    "StaffInvitation",
    "StaffSession",
    "Weighting",
    "Withdrawal",
]
