"""For each revision a row of every table that it makes: without rows it proves little."""

import datetime as dt

from tests.build import a_body

NOW = dt.datetime(2026, 11, 21, 5, tzinfo=dt.UTC)

Row = dict[str, object]

ROWS: dict[str, dict[str, Row | list[Row]]] = {
    "0001": {
        "instrument_version": {
            "code": "small", "version": "1", "sha256": "a" * 64, "document": {},
            "published_at": NOW,
        },
        "index_tree": {
            "sha256": "b" * 64, "code": "t", "instrument": "small", "title": {}, "mapping": {},
        },
        "round": {
            "code": "mo", "title": {}, "instrument": "small", "instrument_version": "1",
            "trees": [], "opens_on": NOW.date(), "closes_on": NOW.date(), "is_open_access": True,
            "is_closed": False, "is_simulated": False, "consent_version": "1", "consent": {},
            "place_item": None, "items_off": [], "variables": {},
        },
        "sampled_place": {
            "id": 1, "round": "mo", "place": "00001", "name": "Xã", "stratum": "h", "psu": "p",
            "ssu": None, "base_weight": 2.5,
        },
        "device": {
            "id": "d", "name": "Máy", "key_digest": b"k", "place": "00001", "enrolled_at": NOW,
            "revoked_at": None,
        },
        "staff": {
            "id": "s", "login": "lan", "name": "Lan", "password_hash": "x", "role": "analyst",
            "place": None, "failed_count": 0, "locked_until": None, "disabled_at": None,
        },
        "staff_session": {"token_digest": b"t", "staff": "s", "created_at": NOW, "seen_at": NOW},
        "response": {
            "id": "6f2c1d04-a3f2-4c5e-8b9a-0d1e2f3a4b5c", "round": "mo", "instrument": "small",
            "instrument_version": "1", "instrument_sha256": "a" * 64, "place": None,
            "channel": "open", "device": None, "state": "complete", "notes": ["late"],
            "received_hour": NOW, "sha256": "c" * 64, "body": a_body(),
        },
        "quarantine": {
            "id": 1, "interview": "x", "device": "d", "error": "conflict", "error_where": "id",
            "sha256": "c" * 64, "received_hour": NOW, "body": b"{}",
        },
        "probe": {"id": 1, "proved_at": NOW},
        "score_run": {
            "id": "r", "round": "mo", "tree_sha256": "b" * 64, "instrument_sha256": "a" * 64,
            "answers_sha256": "d" * 64, "frame_sha256": "e" * 64, "responses_count": 1,
            "options": {}, "seed": 1, "engine": "0.1", "results": {}, "computed_at": NOW,
        },
    },
    "0002": {
        "place": [
            {
                "code": code, "kind": "province", "designation": "tỉnh", "name": name,
                "folded": name.casefold(), "parent": None, "valid_from": None,
                "valid_until": None, "source": "thử",
            }
            for code, name in (("14", "Sơn La"), ("11", "Điện Biên"))
        ],
        "place_successor": {"old": "14", "new": "11", "extent": "overlaps", "source": "thử"},
        "place_alias": {
            "place": "14", "system": "spelling", "alias": "Sơn-La", "folded": "son la",
        },
    },
    "0003": {
        "snapshot_due": {
            "response": "7a0b8f16-2f83-4d0c-9a51-3b8f0c6d2e11", "round": "mo", "marks": 0,
        },
        "score_batch": {
            "round": "mo", "part": "sample", "number": 1, "added": b"0" * 16, "removed": b"",
        },
    },
    "0004": {
        "audit": {
            "seq": 1, "at": "2026-11-21T05:00:00.000000Z", "actor": "lan", "role": "admin",
            "ip_class": "local", "action": "log-in", "object": "staff:lan", "reason": "",
            "detail": "{}", "prev": "0" * 64, "hash": "f" * 64,
        },
        "audit_head": {"id": 1, "seq": 1, "hash": "f" * 64},
    },
    "0005": {
        "official_result": {
            "place": "14", "year": 2023, "index": "PAPI", "code": "D1", "score": 4.8918,
            "se": None, "low": None, "high": None, "group": "tb_thap", "source": "thử",
            "certainty": "H", "note": "", "note_en": "", "origin": "",
        },
        "method_break": {
            "index": "SIPAS", "year": 2023, "codes": "", "what": "thử", "what_en": "trial",
            "origin": "",
        },
    },
    "0006": {
        "staff_invitation": {"staff": "s", "token_digest": b"i", "expires_at": NOW},
    },
    "0007": {},
    "0008": {
        "weighting": {
            "round": "mo", "number": 1, "lonely_psu": "average", "by_classes": True,
            "kind": "raking", "margins": {"sex": {"1": 0.5, "2": 0.5}}, "proposed_at": NOW,
            "accepted_at": None,
        },
    },
    "0009": {
        "place": {
            "code": "15-2025", "kind": "province", "designation": "tỉnh", "name": "Yên Bái",
            "folded": "yen bai", "parent": None, "valid_from": None,
            "valid_until": NOW.date(), "source": "thử",
        },
    },
    "0010": {
        "slip_batch": {
            "id": "8f14e45f-ceea-4f7a-9b1c-2f0d3e4a5b6c", "round": "mo", "place": "00001",
            "procedure_group": "Hộ tịch", "made_on": NOW.date(), "expires_on": NOW.date(),
            "is_void": False,
        },
        "slip": {
            "code_digest": b"c" * 32, "batch": "8f14e45f-ceea-4f7a-9b1c-2f0d3e4a5b6c",
            "is_used": True,
        },
        "withdrawal": {
            "id_digest": "a" * 64, "receipt_digest": b"r" * 32, "round": "mo",
            "withdrawn_on": NOW.date(), "is_wiped": False,
        },
    },
    "0011": {
        "kiosk_enrolment": {
            "code_digest": b"e" * 32, "name": "Quầy số 3", "place": "00001", "round": "mo",
            "expires_at": NOW, "used_at": None,
        },
        "kiosk": {"device": "d", "round": "mo", "exit_salt": b"s", "exit_hash": b"h"},
        "declined": {
            "id": "6f2c1d04-a3f2-4c5e-8b9a-0d1e2f3a4b5d", "round": "mo", "place": "00001",
            "day": NOW.date(), "count": 2,
        },
    },
    "0012": {
        "response_count": {
            "round": "mo", "place": "00001", "channel": "device", "state": "complete",
            "is_waiting": False, "n": 3,
        },
    },
    "0013": {
        "device_report": {"device": "d", "heard_hour": NOW, "waiting_count": 3},
    },
    "0014": {
        "recording": {
            "instrument": "small", "version": "1", "item": "s01", "language": "vi",
            "sha256": "a" * 64, "media_type": "audio/webm", "content": b"sound",
        },
    },
    "0015": {
        "finished_files": {"place": "00001", "month": NOW.date(), "files_count": 120},
        "counter_report": {
            "round": "mo", "month": NOW.date(), "answers_sha256": "d" * 64, "engine": "0.1",
            "results": {}, "computed_at": NOW,
        },
    },
    "0016": {},
    "0017": {},
}  # fmt: skip
