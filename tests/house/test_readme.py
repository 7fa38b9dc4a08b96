"""The README leads to every page of the documentation, and to nothing that is not there."""

import re

from tests.house.source import ROOT

LINK = re.compile(r"\]\(([^)#]+)\)")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_page_is_named():
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").iterdir() if path.name != "images"}
    assert pages - set(LINK.findall(README)) == set()


def test_every_link_leads_somewhere():
    near = [link for link in LINK.findall(README) if "://" not in link]
    assert [link for link in near if not (ROOT / link).exists()] == []


def test_every_door_of_the_application_stands_on_the_map():
    doors = ("citizen", "kiosk", "analyst", "admin", "api")
    assert [door for door in doors if f"\n  {door}/ " not in README] == []
