"""Settings: one frozen value read from the environment, every fault reported at once.

Imports nothing of ours. Only this file reads the environment.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSWORD = re.compile(r"(://[^:/@]*):[^@]*@")
"""The password inside a database URL."""

SHORTEST_SECRET = 16


class SettingsError(ValueError):
    """One or more settings are wrong; ``faults`` names each variable and what was expected."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def _setting(name: str, meaning: str, *, secret: bool = False) -> dict[str, object]:
    return {"name": name, "meaning": meaning, "secret": secret}


@dataclass(frozen=True)
class Settings:
    """Everything that an operator may set; each field names its variable and its meaning."""

    data_dir: Path = dataclasses.field(
        default=Path("var"),
        metadata=_setting("SURVEY_DATA_DIR", "folder of everything that is stored"),
    )
    database_url: str = dataclasses.field(
        default="",
        metadata=_setting(
            "SURVEY_DATABASE_URL",
            "SQLAlchemy URL of SQLite or PostgreSQL; empty: SQLite in the data folder",
        ),
    )
    secret_key: str | None = dataclasses.field(
        default=None,
        metadata=_setting(
            "SURVEY_SECRET_KEY", "signs cookies; made once in the data folder", secret=True
        ),
    )
    receipt_key: str | None = dataclasses.field(
        default=None,
        metadata=_setting(
            "SURVEY_RECEIPT_KEY", "signs receipts; made once in the data folder", secret=True
        ),
    )
    rate_open: int = dataclasses.field(
        default=600,
        metadata=_setting("SURVEY_RATE_OPEN", "responses a minute to one open round"),
    )
    rate_device: int = dataclasses.field(
        default=60, metadata=_setting("SURVEY_RATE_DEVICE", "responses a minute from one device")
    )
    rate_sync: int = dataclasses.field(
        default=600,
        metadata=_setting("SURVEY_RATE_SYNC", "interviews a minute from one phone that syncs"),
    )
    rate_login: int = dataclasses.field(
        default=5, metadata=_setting("SURVEY_RATE_LOGIN", "log-in attempts a minute")
    )
    allow_http: bool = dataclasses.field(
        default=False,
        metadata=_setting(
            "SURVEY_ALLOW_HTTP", "1: staff may log in over plain http from other machines"
        ),
    )
    min_free_mb: int = dataclasses.field(
        default=1024,
        metadata=_setting("SURVEY_MIN_FREE_MB", "free disk space under which writing stops"),
    )
    quarantine_mb: int = dataclasses.field(
        default=64,
        metadata=_setting("SURVEY_QUARANTINE_MB", "room for refused responses per credential"),
    )
    metrics_token: str | None = dataclasses.field(
        default=None,
        metadata=_setting("SURVEY_METRICS_TOKEN", "opens /metrics to other machines", secret=True),
    )
    proxy_count: int = dataclasses.field(
        default=0,
        metadata=_setting(
            "SURVEY_PROXY_COUNT", "reverse proxies in front whose X-Forwarded-* lines are believed"
        ),
    )
    contact: str = dataclasses.field(
        default="",
        metadata=_setting("SURVEY_CONTACT", "data-protection contact that the consent page names"),
    )
    backup_dir: str = dataclasses.field(
        default="",
        metadata=_setting(
            "SURVEY_BACKUP_DIR", "folder of backups; empty: backups/ in the data folder"
        ),
    )
    backup_daily: int = dataclasses.field(
        default=35,
        metadata=_setting("SURVEY_BACKUP_DAILY", "days of which the newest backup is kept"),
    )
    backup_monthly: int = dataclasses.field(
        default=12,
        metadata=_setting("SURVEY_BACKUP_MONTHLY", "months of which the newest backup is kept"),
    )
    backup_nightly: bool = dataclasses.field(
        default=True,
        metadata=_setting(
            "SURVEY_BACKUP_NIGHTLY", "1: the server itself makes and checks a backup every night"
        ),
    )

    tls_cert: str = dataclasses.field(
        default="",
        metadata=_setting("SURVEY_TLS_CERT", "PEM file of a certificate: serve speaks https"),
    )
    tls_key: str = dataclasses.field(
        default="", metadata=_setting("SURVEY_TLS_KEY", "PEM file of the certificate's key")
    )
    tls_own: bool = dataclasses.field(
        default=False,
        metadata=_setting(
            "SURVEY_TLS_OWN", "1: serve makes its own certificate for the local net"
        ),
    )

    @property
    def backup_folder(self) -> Path:
        """The folder of backups, with the default filled in."""
        return Path(self.backup_dir) if self.backup_dir else self.data_dir / "backups"

    @property
    def sqlalchemy_url(self) -> str:
        """The database URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'langnghe.db'}"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings; raise SettingsError naming every unknown or unreadable variable."""
        fields = {str(f.metadata["name"]): f for f in dataclasses.fields(cls)}
        faults = [
            f"{name}: không có thiết lập này / unknown setting, known: {', '.join(sorted(fields))}"
            for name in sorted(environ)
            if name.startswith("SURVEY_") and name not in fields
        ]
        values: dict[str, object] = {}
        for name, spec in fields.items():
            if spec.metadata["secret"] and name in environ:
                if len(environ[name].strip()) < SHORTEST_SECRET:
                    n = SHORTEST_SECRET
                    faults.append(
                        f"{name}: cần ít nhất {n} ký tự / expected at least {n} characters"
                    )
                values[spec.name] = environ[name]
            elif environ.get(name, "") != "":
                try:
                    values[spec.name] = _read(environ[name], spec.default)
                except ValueError as error:
                    faults.append(f"{name}: {error}; đã ghi / got {environ[name]!r}")
        if bool(values.get("tls_cert")) != bool(values.get("tls_key")):
            faults.append("SURVEY_TLS_CERT, SURVEY_TLS_KEY: cần cả hai / both are needed")
        if faults:
            raise SettingsError(faults)
        return cls(**values)  # type: ignore[arg-type]

    def describe(self) -> dict[str, str]:
        """Return every setting by variable name; of a secret only whether it is given."""
        shown = {}
        for spec in dataclasses.fields(self):
            value = getattr(self, spec.name)
            if spec.metadata["secret"]:
                value = "(given)" if value else "(not given)"
            shown[str(spec.metadata["name"])] = PASSWORD.sub(r"\1:***@", str(value))
        return shown


def _read(text: str, default: object) -> object:
    if isinstance(default, bool):
        if text not in {"0", "1"}:
            raise ValueError("cần 0 hoặc 1 / expected 0 or 1")
        return text == "1"
    if isinstance(default, int):
        least = min(default, 1)
        if not text.isdecimal() or int(text) < least:
            vi = f"cần số nguyên từ {least} trở lên"
            raise ValueError(f"{vi} / expected a whole number of at least {least}")
        return int(text)
    if isinstance(default, Path):
        return Path(text)
    return text
