"""A round from draft to weights on both kinds of database: the deeds without the pages."""

from dataclasses import replace

import pytest

from survey.db.database import Database
from survey.db.schema import migrate
from survey.errors import NotFound, StateError, TableError
from survey.operations.places import bring_builtin_places
from survey.operations.preparing import begin_round, change_round, discard_draft, prepare_round
from survey.operations.round_design import File, WantedWeights, store_sample, store_weighting
from survey.operations.rounds import keep_tree, publish_instrument
from survey.queries.instruments import listed_trees, published_versions
from survey.queries.rounds import all_rounds, round_facts, sampled_places
from survey.queries.scope import rounds_in_scope
from survey.queries.staff import Actor, Person
from survey.queries.weighting import newest_weighting, weighting_in_force
from survey.terms import Role
from tests.build import a_round, an_instrument
from tests.unit.survey.operations.test_score_runs import TREE

LAN = Actor("lan", "admin", "local")
SAMPLE = File(
    b"place,name,stratum,psu,p1,p2,target,class\n"
    b"03694.01,Ban Mot,h1,a,0.1,0.5,20,x\n03688.01,Ban Hai,h1,b,0.2,0.5,20,x\n"
    b"03646,,h2,c,1,0.25,10,x\n",
    "sample.csv",
)
MARGINS = File(b"variable,value,total\nsex,1,49\nsex,2,51\n", "margins.csv")
OPEN = a_round("mo-14", is_open_access=True, is_draft=True, trees=(TREE.sha256,))
DRAFT = a_round("kin", is_open_access=False, is_draft=True, trees=(TREE.sha256,))


@pytest.fixture
def connection(settings, clock, database_url):  # noqa: ARG001 - the clock must stand first
    """A writing connection to an empty database of each kind."""
    database = Database(replace(settings, database_url=database_url))
    database.folder.mkdir(exist_ok=True)
    migrate(database)
    with database.writing() as connection:
        bring_builtin_places(connection)
        publish_instrument(connection, an_instrument())
        keep_tree(connection, an_instrument(), TREE)
        prepare_round(connection, DRAFT, LAN)
        yield connection
    database.close()


def test_a_draft_becomes_a_round_with_weights_to_be_accepted(connection):
    assert [version.title["en"] for version in published_versions(connection)] == ["Small form"]
    assert [tree.code for tree in listed_trees(connection, "small")] == ["nho"]
    assert all_rounds(connection) == []
    store_sample(connection, "kin", SAMPLE, "average", LAN)
    begin_round(connection, "kin", LAN)
    assert [facts.code for facts in all_rounds(connection)] == ["kin"]
    weights = {place.place: place.base_weight for place in sampled_places(connection, "kin")}
    assert weights == {"03646": 4.0, "03688.01": 10.0, "03694.01": 20.0}
    assert sampled_places(connection, "kin")[0].name == "Phường Tô Hiệu, tỉnh Sơn La"
    wanted = WantedWeights("average", by_classes=True, kind="poststratify", margins=MARGINS)
    store_weighting(connection, "kin", wanted, LAN)
    assert newest_weighting(connection, "kin").margins == {"sex": {"1": 49.0, "2": 51.0}}
    assert weighting_in_force(connection, "kin").options == {"lonely_psu": "average"}


def test_a_round_belongs_to_the_place_that_it_names(connection):
    def seen(place):
        person = Person("x", "x", "Ai", Role.SUPERVISOR, place)
        return [facts.code for facts in rounds_in_scope(connection, person)]

    prepare_round(connection, replace(OPEN, place="14"), LAN)
    begin_round(connection, "mo-14", LAN)
    assert [seen(place) for place in (None, "14", "20", "03694")] == [["mo-14"], ["mo-14"], [], []]
    change_round(connection, replace(OPEN, place=None), LAN)
    assert [seen(place) for place in (None, "14")] == [["mo-14"], []]
    with pytest.raises(NotFound):
        change_round(connection, replace(OPEN, place="99"), LAN)


def test_a_sample_lies_in_the_place_of_its_round(connection):
    change_round(connection, replace(DRAFT, place="03694"), LAN)
    with pytest.raises(TableError) as refused:
        store_sample(connection, "kin", SAMPLE, "average", LAN)
    assert [(fault.row, fault.code) for fault in refused.value.faults] == [
        (3, "outside-round"), (4, "outside-round"),
    ]  # fmt: skip
    change_round(connection, replace(DRAFT, place="14"), LAN)
    assert len(store_sample(connection, "kin", SAMPLE, "average", LAN)) == 3


def test_a_change_says_what_it_changed_and_a_draft_can_go(connection):
    change_round(connection, replace(DRAFT, title={"vi": "Tên mới", "en": "New"}), LAN)
    facts = round_facts(connection, "kin")
    assert (facts.title["vi"], facts.is_draft) == ("Tên mới", True)
    discard_draft(connection, "kin", LAN)
    assert all_rounds(connection, with_drafts=True) == []


def test_weights_without_what_they_need_are_refused(connection):
    store_sample(connection, "kin", SAMPLE, "refuse", LAN)
    raked = WantedWeights("refuse", by_classes=False, kind="raking")
    with pytest.raises(StateError, match="margins"):
        store_weighting(connection, "kin", raked, LAN)
    plain = File(SAMPLE.source.replace(b",20,x", b",,").replace(b",10,x", b",,"), "plain.csv")
    store_sample(connection, "kin", plain, "refuse", LAN)
    by_classes = WantedWeights("refuse", by_classes=True, kind=None)
    with pytest.raises(StateError, match="target"):
        store_weighting(connection, "kin", by_classes, LAN)
