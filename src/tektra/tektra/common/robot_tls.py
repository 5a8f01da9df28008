# SPDX-License-Identifier: Apache-2.0
"""TLS for the robots' JSON protocol over TCP: contexts of both ends, and its faults in words. No sockets here."""

import errno
import ssl
from pathlib import Path

from tektra.common.errors import OptionError
from tektra.common.robot_key import check_private

HANDSHAKE_BYTE = b"\x16"  # with which TLS begins (RFC 8446, 5.1), and no JSON does


def client_context(ca_file: str, certificate: str, key: str, *, prefix: str) -> ssl.SSLContext:
    """For a driver: the robot must show a certificate of this CA for the name it is called by. Raises OptionError.

    `certificate` and `key`, both or neither, are the driver's own. `prefix` stands before option names in errors.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks the host's name, and demands a certificate
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _trust(context, f"{prefix}ca_file", ca_file)
    if bool(certificate) != bool(key):
        raise OptionError(
            f"{prefix}certificate_file = {certificate!r} and {prefix}certificate_key_file = {key!r}",
            "give both, or neither",
        )
    if certificate:
        _show(context, f"{prefix}certificate_file", certificate, f"{prefix}certificate_key_file", key)
    return context


def server_context(certificate: str, key: str, client_ca: str) -> ssl.SSLContext:
    """For a robot; with a `client_ca`, drivers must show a certificate of that CA. Raises OptionError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _show(context, "--tls-certificate", certificate, "--tls-key", key)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        _trust(context, "--tls-client-ca", client_ca)
    return context


def told(fault: OSError) -> str:
    """What went wrong in a handshake or after it, and what to do; empty for a fault that has nothing to do with TLS."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"the robot's certificate is refused ({fault.verify_message}); {_remedy(fault)}"
    reason = fault.reason or "" if isinstance(fault, ssl.SSLError) else ""
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return "the robot speaks no TLS; give it a certificate, or leave ca_file empty"
    if "CERTIFICATE" in reason and "ALERT" in reason:
        words = reason.replace("_", " ").lower()
        return f"the robot refuses this driver's certificate ({words}); see certificate_file"
    if isinstance(fault, ssl.SSLEOFError) or fault.errno in (errno.ECONNRESET, errno.EPIPE):
        return ""
    return f"TLS failed ({reason or fault})" if isinstance(fault, ssl.SSLError) else ""


def _remedy(fault: ssl.SSLCertVerificationError) -> str:
    """By OpenSSL's number of the fault (X509_V_ERR_… in x509_vfy.h)."""
    if fault.verify_code == 10:  # expired
        return "renew it, or set this machine's clock right"
    if fault.verify_code == 9:  # not yet valid
        return "set the clocks of both machines right"
    if fault.verify_code in (62, 64):  # another host name, another address
        return "make it for this name, or give its name as server_name"
    return "it must be signed by the CA of ca_file"


def _trust(context: ssl.SSLContext, name: str, path: str) -> None:
    try:
        context.load_verify_locations(cafile=Path(path).expanduser())
    except OSError as fault:
        raise OptionError(
            f"{name} {path} is no list of certificates ({fault.strerror or 'no PEM'})", "give a PEM file"
        ) from None


def _show(context: ssl.SSLContext, name: str, certificate: str, key_name: str, key: str) -> None:
    check_private(key_name, key)
    try:
        context.load_cert_chain(Path(certificate).expanduser(), Path(key).expanduser(), password=_no_password)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "reason", None) or getattr(fault, "strerror", None) or str(fault)
        raise OptionError(
            f"{name} {certificate} with {key_name} {key} cannot be used ({reason})",
            "give a certificate and its own private key, both PEM, the key without a password",
        ) from None


def _no_password() -> str:
    raise ValueError("the private key asks for a password")
