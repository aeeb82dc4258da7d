"""Certificates that a machine doesn't know, and clocks that make good ones look wrong."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.explain.causes.network import HUB
from workbench.explain.probes import network as probes

UNKNOWN = r"x509: certificate signed by unknown authority|x509: cannot validate certificate|x509: certificate is not"
NOT_YET = r"(?:certificate has expired or is not yet valid: current time \S+ is before|certificate is not yet valid)"
EXPIRED = (
    r"(?:certificate has expired or is not yet valid(?!: current)|certificate has expired or is not "
    r"yet valid: current time \S+ is after|certificate has expired(?! or)|"
    r"certificate verify failed: has expired)"
)

OURS = r"x509:|/simple/|pypi|pythonhosted|\bapt\b|[Dd]ocker|RUN "  # a certificate may expire anywhere

CAUSES = (
    Cause(
        key="clock-wrong",
        title="The clock is wrong",
        example="x509: certificate has expired or is not yet valid: current time 2026-05-17T10:34:05Z is before "
        "2026-07-08T01:10:17Z",
        seen=either(
            says(NOT_YET),
            says(r"Release file for (?P<url>\S+) is not valid yet"),
            says(EXPIRED, OURS, likely=True, sure=False),
        ),
        cause="A certificate or a list of packages counts from a date on, and for this machine's clock that date is "
        "still to come. Docker Desktop's virtual machine and WSL lose time while the computer sleeps.",
        probe="`docker run --rm python:3.8.10 date -u` and `date -u` on this machine show both clocks.",
        prove=probes.clock_is_off,
        fix="sudo timedatectl set-ntp true",
        advice="That sets the clock of a Linux machine, and keeps it right. With Docker Desktop, restart it; in "
        "WSL, `wsl --shutdown` in PowerShell, or `sudo hwclock -s`. Don't switch the verification off.",
        doctor=("clock",),
        not_made="the machine's clock is not a test's to set",
    ),
    Cause(
        key="certificate-expired",
        title="A certificate has expired, or the list of authorities is old",
        example="SSLCertVerificationError: certificate verify failed: certificate has expired",
        seen=says(EXPIRED, OURS, likely=True, sure=False),
        cause="The server's certificate is past its date. If others reach the server, the image is old: its list of "
        "authorities ends before the one that signed that certificate.",
        probe="`openssl s_client -connect HOST:443 </dev/null | openssl x509 -noout -dates` shows the dates.",
        fix="RUN apt-get update && apt-get install -y --only-upgrade ca-certificates",
        advice="Or take a newer tag of the base image. If the server's own certificate is over, its owner has to "
        "renew it.",
        certain=False,
        not_made="needs a certificate of a public authority that has expired",
    ),
    Cause(
        key="hub-certificate",
        title="The network shows the engine its own certificate for Docker Hub",
        example='Get "https://registry-1.docker.io/v2/": x509: certificate signed by unknown authority',
        seen=says(rf"https://(?P<host>{HUB})[^\n]*(?:{UNKNOWN})"),
        cause="Something on the way opens encrypted connections, a school's or company's proxy or a virus scanner, "
        "and closes them with its own certificate. The engine doesn't know the authority that signed it.",
        probe="`openssl s_client -connect <host>:443 -servername <host> </dev/null | grep issuer` names it.",
        prove=probes.not_public,
        fix="sudo cp ca.crt /usr/local/share/ca-certificates/network.crt\nsudo update-ca-certificates\n"
        "sudo systemctl restart docker",
        advice="`ca.crt` is that authority's certificate: ask the network's administrator for it. On macOS and "
        "Windows, add it to the keychain or the certificate store, then restart Docker Desktop. Or use a different "
        "network.",
        not_made="Docker Hub's own name would have to lead elsewhere",
    ),
    Cause(
        key="certificate-in-build",
        title="The network shows the build a certificate that it doesn't know",
        example="curl: (60) SSL certificate problem: self-signed certificate in certificate "
        "chain\nThe command '/bin/sh "
        "-c curl https://example.com' returned a non-zero code: 60",
        seen=says(
            r"SSL certificate problem|server certificate verification failed|certificate is NOT trusted|"
            r"SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|cannot verify \S+'s certificate",
            r"did not complete successfully|returned a non-zero code|docker run|RUN ",
            unless=r"has expired|not yet valid",
        ),
        cause="Something on the way opens encrypted connections, a school's or company's proxy or a virus scanner, and "
        "closes them with its own certificate. Your machine was taught to trust it, and the image "
        "was not. Or the image "
        "has no list of authorities at all: slim ones leave out the package ca-certificates.",
        probe="`docker run --rm IMAGE ls /etc/ssl/certs/ca-certificates.crt` shows whether there is a list.",
        fix="COPY ca.crt /usr/local/share/ca-certificates/network.crt\n"
        "RUN apt-get update && apt-get install -y ca-certificates && update-ca-certificates",
        advice="In the Dockerfile, before the step. `ca.crt` is that authority's certificate: ask the network's "
        "administrator for it. npm needs `ENV NODE_EXTRA_CA_CERTS=/usr/local/share/ca-certificates/network.crt`, too. "
        "Don't switch the verification off.",
        not_made="certificate-in-container makes the same happen to pip",
    ),
    Cause(
        key="registry-certificate-name",
        title="The registry's certificate is for a different name",
        example="x509: certificate is valid for registry.example.com, not 10.0.0.5",
        seen=either(
            says(r"x509: certificate is valid for (?P<names>[^\n]+), not (?P<host>[\w.:-]+)"),
            says(r"x509: cannot validate certificate for (?P<host>[\w.:]+) because it doesn't contain any IP SANs"),
            says(r"x509: certificate relies on legacy Common Name field"),
        ),
        cause="A certificate says which names it's for, and <host> isn't among them. Old ones only have a Common "
        "Name, which no longer counts.",
        probe="`openssl s_client -connect <host>:443 </dev/null | openssl x509 -noout -ext subjectAltName`",
        prove=probes.other_names,
        fix="openssl req -x509 -newkey rsa:2048 -nodes -days 365 -keyout registry.key -out registry.crt -subj "
        "/CN=<host> -addext subjectAltName=DNS:<host>",
        advice="That makes a new one for your own registry; for an address, write `IP:` in place of `DNS:`. Else use "
        "the name that the certificate has.",
        not_made="needs a registry with its own certificate",
    ),
)
