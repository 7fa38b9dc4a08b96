"""Certificates: an own one bound to this network, renewed in time; the operator's, checked."""

import dataclasses
import datetime as dt
import ipaddress
import socket

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from config import Settings, SettingsError
from survey.operations import certificates
from survey.operations.certificates import (
    RENEW_BEFORE,
    SERVER_LASTS,
    fingerprint,
    own_authority,
    server_certificate,
)
from survey.operations.doctor import examine
from survey.operations.findings import Grade


@pytest.fixture
def own(settings, clock) -> Settings:  # noqa: ARG001 - the clock must stand first
    return dataclasses.replace(settings, tls_own=True)


def chain(certificate) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(certificate.chain.read_bytes())


def names(certificate) -> tuple[set[str], set[str]]:
    found = chain(certificate)[0].extensions.get_extension_for_class(x509.SubjectAlternativeName)
    dns = found.value.get_values_for_type(x509.DNSName)
    return set(dns), {str(one) for one in found.value.get_values_for_type(x509.IPAddress)}


def test_without_a_setting_there_is_none(settings) -> None:
    assert server_certificate(settings, "127.0.0.1") is None
    assert own_authority(settings) is None


def test_a_browser_that_trusts_the_authority_trusts_this_machine(own, clock) -> None:
    made = server_certificate(own, "192.168.5.20")
    leaf, authority = chain(made)
    assert authority == own_authority(own) == made.authority
    store = Store([authority])
    policy = PolicyBuilder().store(store).time(clock.moment)
    for subject in (
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("192.168.5.20")),
    ):
        assert policy.build_server_verifier(subject).verify(leaf, [])[0] == leaf
    with pytest.raises(VerificationError):
        policy.build_server_verifier(x509.DNSName("dichvucong.gov.vn")).verify(leaf, [])


def test_the_authority_may_not_sign_for_the_world(own) -> None:
    authority = server_certificate(own, "8.8.8.8").authority
    bound = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert bound.critical
    permitted = bound.value.permitted_subtrees
    assert {one.value for one in permitted if isinstance(one, x509.DNSName)} == {
        "localhost", "local", socket.gethostname().lower(),
    }  # fmt: skip
    networks = [one.value for one in permitted if isinstance(one, x509.IPAddress)]
    assert networks
    assert not any(network.is_global for network in networks)


def test_an_address_of_the_world_is_not_in_it(own) -> None:
    assert "8.8.8.8" not in names(server_certificate(own, "8.8.8.8"))[1]


def test_it_is_kept_until_it_is_old_and_the_authority_stays(own, clock) -> None:
    first = server_certificate(own, "127.0.0.1")
    leaf, authority = chain(first)
    assert server_certificate(own, "127.0.0.1") == first
    clock.moment += SERVER_LASTS - RENEW_BEFORE + dt.timedelta(days=1)
    renewed, still = chain(server_certificate(own, "127.0.0.1"))
    assert renewed != leaf
    assert renewed.not_valid_after_utc > leaf.not_valid_after_utc
    assert fingerprint(still) == fingerprint(authority)


def test_a_new_address_is_taken_in_under_the_same_authority(own) -> None:
    before = server_certificate(own, "10.1.1.1")
    after = server_certificate(own, "10.1.1.2")
    assert "10.1.1.2" in names(after)[1]
    assert before.authority == after.authority


def test_an_old_authority_is_made_anew(own, clock) -> None:
    before = server_certificate(own, "127.0.0.1").authority
    clock.moment += certificates.AUTHORITY_LASTS - dt.timedelta(days=300)
    assert server_certificate(own, "127.0.0.1").authority != before


def test_damaged_files_are_made_anew(own) -> None:
    made = server_certificate(own, "127.0.0.1")
    made.chain.write_text("half a file")
    assert len(chain(server_certificate(own, "127.0.0.1"))) == 2


def test_keys_are_private(own) -> None:
    made = server_certificate(own, "127.0.0.1")
    files = [made.chain.parent, *made.chain.parent.iterdir()]
    assert len(files) == 3
    assert not any(path.stat().st_mode & 0o077 for path in files)


def given(own, **changes) -> Settings:
    made = server_certificate(own, "127.0.0.1")
    paths = {"tls_cert": str(made.chain), "tls_key": str(made.key), **changes}
    return dataclasses.replace(own, tls_own=False, **paths)


def test_the_operators_certificate_is_used_as_it_is(own) -> None:
    found = server_certificate(given(own), "x")
    assert found.authority is None
    authority = own.data_dir / "tls" / "authority.pem"
    paths = {"tls_cert": str(authority), "tls_key": str(authority)}
    assert server_certificate(given(own, **paths), "x").authority is not None


def test_an_unusable_one_is_named_by_its_setting(own, clock) -> None:
    server_certificate(own, "127.0.0.1")
    other = own.data_dir / "tls" / "authority.pem"
    for changes, words in (
        ({"tls_cert": "nowhere.pem"}, "SURVEY_TLS_CERT"),
        ({"tls_key": "nowhere.pem"}, "SURVEY_TLS_KEY"),
        ({"tls_key": str(other)}, "not the key"),
    ):
        with pytest.raises(SettingsError, match=words):
            server_certificate(given(own, **changes), "x")
    settings = given(own)
    clock.moment += SERVER_LASTS
    with pytest.raises(SettingsError, match="expired"):
        server_certificate(settings, "x")


def test_both_files_are_needed() -> None:
    with pytest.raises(SettingsError, match="both are needed"):
        Settings.from_environ({"SURVEY_TLS_CERT": "a.pem"})


def test_the_doctor_says_until_when(own, database) -> None:
    (https,) = [one for one in examine(database, own) if one.name == "https"]
    assert https.grade is Grade.FINE
    assert "23/12/2027" in https.en
