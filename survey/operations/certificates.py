"""The certificate under which the server speaks https: the operator's, or one of its own making.

An authority of this installation signs its own: a tablet that trusts it once trusts every renewal.
It may sign for this machine and private networks only, so that its theft opens no other site.
"""

import datetime as dt
import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config import Settings, SettingsError
from survey import clock
from survey.db.durable import make_private_folder, write_private

FOLDER: Final = "tls"
AUTHORITY, SERVER = "authority.pem", "server.pem"
AUTHORITY_LASTS: Final = dt.timedelta(days=3650)
SERVER_LASTS: Final = dt.timedelta(days=397)
"""Longer ones some browsers refuse."""

RENEW_BEFORE: Final = dt.timedelta(days=60)
NETWORKS: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10"),
    )
)
LOCAL_NAMES: Final = ("localhost", "local")
NOWHERE: Final = ("192.0.2.1", "2001:db8::1")
"""Addresses that belong to nobody: asking for the way there sends nothing."""

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Certificate:
    """What the server shows: a PEM file with the chain, one with the key, and its end.

    ``authority`` is that of an own certificate; None for the operator's.
    """

    chain: Path
    key: Path
    ends_at: dt.datetime
    authority: x509.Certificate | None = None


@dataclass(frozen=True)
class _Pair:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        private = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return (private + self.certificate.public_bytes(serialization.Encoding.PEM)).decode()


def server_certificate(settings: Settings, host: str) -> Certificate | None:
    """Return the certificate of these settings, made or renewed; None for plain http.

    Raise SettingsError for a file that cannot be used.
    """
    if settings.tls_cert:
        return _given(Path(settings.tls_cert), Path(settings.tls_key))
    return _own(settings.data_dir / FOLDER, host) if settings.tls_own else None


def own_authority(settings: Settings) -> x509.Certificate | None:
    """Return the authority that a tablet must trust, None where there is none."""
    pair = _read(settings.data_dir / FOLDER / AUTHORITY)
    return pair.certificate if pair else None


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, as browsers and tablets show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _given(chain: Path, key: Path) -> Certificate:
    """Return the operator's certificate; raise SettingsError naming the setting."""
    try:
        certificate = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise SettingsError([f"SURVEY_TLS_CERT: {error}"]) from error
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError([f"SURVEY_TLS_KEY: {error}"]) from error
    if private.public_key() != certificate.public_key():
        vi = "khóa không phải của chứng chỉ SURVEY_TLS_CERT"
        raise SettingsError([f"SURVEY_TLS_KEY: {vi} / not the key of the certificate"])
    if certificate.not_valid_after_utc <= clock.now():
        raise SettingsError(
            ["SURVEY_TLS_CERT: chứng chỉ đã hết hạn / the certificate has expired"]
        )
    is_own = certificate.issuer == certificate.subject
    return Certificate(
        chain, key, certificate.not_valid_after_utc, certificate if is_own else None
    )


def _own(folder: Path, host: str) -> Certificate:
    make_private_folder(folder)
    authority = _read(folder / AUTHORITY)
    if authority is None or _ends_within(authority, SERVER_LASTS + RENEW_BEFORE):
        authority = _new_authority()
        write_private(folder / AUTHORITY, authority.pem)
    names, addresses = _permitted_names(authority), _addresses(host)
    server = _read(folder / SERVER)
    if server is None or not _still_serves(server, authority, names, addresses):
        server = _new_server(authority, names, addresses)
        chain = authority.certificate.public_bytes(serialization.Encoding.PEM).decode()
        write_private(folder / SERVER, server.pem + chain)
    ends_at = server.certificate.not_valid_after_utc
    return Certificate(folder / SERVER, folder / SERVER, ends_at, authority.certificate)


def _read(path: Path) -> _Pair | None:
    """Return the key and the first certificate of a file; None without one, or with a damaged."""
    with suppress(OSError, ValueError):
        content = path.read_bytes()
        key = serialization.load_pem_private_key(content, None)
        certificate = x509.load_pem_x509_certificates(content)[0]
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return _Pair(key, certificate)
    return None


def _ends_within(pair: _Pair, span: dt.timedelta) -> bool:
    return pair.certificate.not_valid_after_utc - clock.now() < span


def _still_serves(
    server: _Pair, authority: _Pair, names: list[str], addresses: list[Address]
) -> bool:
    found = server.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    named = found.value.get_values_for_type(x509.DNSName)
    placed = found.value.get_values_for_type(x509.IPAddress)
    return (
        not _ends_within(server, RENEW_BEFORE)
        and server.certificate.issuer == authority.certificate.subject
        and set(names) <= set(named)
        and set(addresses) <= set(placed)
    )


def _new_authority() -> _Pair:
    """Return an authority whose name says which machine and when, bound to this network."""
    now, machine = clock.now(), _machine()
    title = f"Lang Nghe {machine} {now:%Y-%m-%d}"[:64]
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    names = dict.fromkeys((machine, *LOCAL_NAMES))
    permitted = [*map(x509.DNSName, names), *map(x509.IPAddress, NETWORKS)]
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(own, own, key, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
    )
    return _Pair(key, builder.sign(key, hashes.SHA256()))


def _new_server(authority: _Pair, names: list[str], addresses: list[Address]) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lang Nghe")])
    alternatives = [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]
    signer = authority.key.public_key()
    builder = (
        _builder(subject, authority.certificate.subject, key, SERVER_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )
    return _Pair(key, builder.sign(authority.key, hashes.SHA256()))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lasts: dt.timedelta
) -> x509.CertificateBuilder:
    now = clock.now()
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _machine() -> str:
    """Return the name of this machine, as far as a certificate can hold it."""
    name = socket.gethostname().lower()
    return name if name.isascii() and name else LOCAL_NAMES[0]


def _permitted_names(authority: _Pair) -> list[str]:
    """Return the names of this machine for which the authority may sign."""
    bound = authority.certificate.extensions.get_extension_for_class(x509.NameConstraints)
    permitted = {
        n.value for n in bound.value.permitted_subtrees or () if isinstance(n, x509.DNSName)
    }
    names = [LOCAL_NAMES[0], f"{_machine().partition('.')[0]}.local"]
    return [*names, _machine()] if _machine() in permitted - set(names) else names


def _addresses(host: str) -> list[Address]:
    """Return the addresses of this machine in private networks, and the one that it listens on."""
    texts = {"127.0.0.1", "::1", host, *_ways_out()}
    with suppress(OSError):
        texts |= {str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), None)}
    found: set[Address] = set()
    for text in texts:
        with suppress(ValueError):
            address = ipaddress.ip_address(text.partition("%")[0])
            if any(address in network for network in NETWORKS):
                found.add(address)
    return sorted(found, key=lambda address: (address.version, int(address)))


def _ways_out() -> list[str]:
    """Return the addresses from which this machine would speak to others."""
    found = []
    for family, target in zip((socket.AF_INET, socket.AF_INET6), NOWHERE, strict=True):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            found.append(str(probe.getsockname()[0]))
    return found
