"""Counts of what happened since the start, in the text form that Prometheus reads."""

import threading
from collections import Counter

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"})

_LOCK = threading.Lock()
_REQUESTS: Counter[tuple[str, str, int]] = Counter()
_INTAKE: Counter[str] = Counter()
_GUESSES: Counter[str] = Counter()


def count_request(route: str, method: str, status: int) -> None:
    """Count one request by the template of its route, never by its address."""
    known = method if method in METHODS else "other"
    with _LOCK:
        _REQUESTS[route, known, status] += 1


def count_intake(outcome: str) -> None:
    """Count one response that came in: acked, duplicate, or the code that refused it."""
    with _LOCK:
        _INTAKE[outcome] += 1


def count_guess(kind: str) -> None:
    """Count one wrong code of a kind: slip or receipt."""
    with _LOCK:
        _GUESSES[kind] += 1


def exposition(gauges: dict[str, float]) -> str:
    """Return all counts and the given gauges as one text."""
    with _LOCK:
        requests, intake, guesses = dict(_REQUESTS), dict(_INTAKE), dict(_GUESSES)
    lines = ["# TYPE langnghe_requests_total counter"]
    lines += [
        f'langnghe_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}'
        for (route, method, status), count in sorted(requests.items())
    ]
    lines.append("# TYPE langnghe_intake_total counter")
    lines += [
        f'langnghe_intake_total{{outcome="{outcome}"}} {count}'
        for outcome, count in sorted(intake.items())
    ]
    lines.append("# TYPE langnghe_wrong_codes_total counter")
    lines += [
        f'langnghe_wrong_codes_total{{kind="{kind}"}} {count}'
        for kind, count in sorted(guesses.items())
    ]
    for name, value in gauges.items():
        lines += [f"# TYPE langnghe_{name} gauge", f"langnghe_{name} {value:g}"]
    return "\n".join(lines) + "\n"
