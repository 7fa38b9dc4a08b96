"""The long form of the small instrument, filled in as a browser without JavaScript does."""

import re

FIELDS = {
    "sex-answer": "2",
    "place-answer": "00001",
    "s01-answer": "4",
    "age-answer": "47",
    "hours-answer": "1,5",
    "channels-answer": ["zalo", "tv"],
    "seen_on-day": "20",
    "seen_on-month": "11",
    "seen_on-year": "2026",
    "note-answer": "Cán bộ nhiệt tình",
    "agreed": "yes",
    "send": "1",
}
HIDDEN = re.compile(r'<input id="[a-z_]+" name="([a-z_]+)" type="hidden" value="([^"]*)"')


def fill_in(browser, address: str, page: str):
    return browser.post(address, data={**dict(HIDDEN.findall(page)), **FIELDS})
