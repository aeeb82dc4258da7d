"""What apt and its like can't find, reach, check or write in a build."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.explain.probes import apt as probes
from workbench.explain.probes import packages

RELEASED = r"(?P<url>https?://\S*ubuntu\.com/\S*) (?P<suite>[\w-]+) Release'"

CAUSES = (
    Cause(
        key="ubuntu-release-over",
        title="The Ubuntu release has reached its end",
        example="E: The repository 'http://archive.ubuntu.com/ubuntu oracular Release' does not have a Release file.",
        seen=either(
            says(rf"[EW]: The repository '{RELEASED} (?:does not|no longer) ha(?:ve|s) a"),
            says(r"E: Failed to fetch (?P<url>https?://\S*ubuntu\.com/\S*?)/dists/(?P<suite>[\w-]+)/\S* +404"),
            says(r"The repository '(?P<url>https?://\S*ubuntu\.com/\S*) (?P<suite>[\w-]+) Release' is not signed"),
        ),
        cause="Ubuntu supports a release for nine months, an LTS for five years. <suite> is past its end, so its "
        "packages have left <url>: they moved to old-releases.ubuntu.com.",
        probe="`curl -I <url>/dists/<suite>/Release` answers 404.",
        prove=packages.suite_gone,
        fix=r"RUN sed -i -E 's/(archive|security)\.ubuntu\.com/old-releases.ubuntu.com/' /etc/apt/sources.list",
        advice="Before the line with `apt-get update`; since 24.04 the file is /etc/apt/sources.list.d/ubuntu.sources. "
        "Better, take a newer base image, an LTS such as `FROM ubuntu:24.04`: old releases get no security updates.",
        not_made="the base image is Debian's",
    ),
    Cause(
        key="centos-over",
        title="The CentOS release has reached its end",
        example="Cannot find a valid baseurl for repo: base/7/x86_64",
        seen=says(
            r"(?i:cannot find a valid baseurl for repo: ?\S+|cannot prepare internal mirrorlist: No URLs in mirrorlist|"
            r"could not (?:resolve|retrieve)[^\n]{0,60}mirrorlist\.centos\.org)"
        ),
        cause="CentOS 6, 7 and 8 are past their end, and the servers that yum and dnf ask no longer exist. The "
        "packages moved to vault.centos.org.",
        probe="`docker run --rm IMAGE cat /etc/centos-release`",
        fix="RUN sed -i -e 's/^mirrorlist/#mirrorlist/' -e "
        "'s|^#baseurl=http://mirror.centos.org|baseurl=http://vault.centos.org|' /etc/yum.repos.d/CentOS-*",
        advice="Before the first yum or dnf. Better, take a newer base image, such as `rockylinux:9` or `almalinux:9`.",
        not_made="the base image is Debian's",
    ),
    Cause(
        key="apt-signature",
        title="apt can't check a signature: the disk is full, or the engine is too old",
        example="W: GPG error: http://deb.debian.org/debian bookworm InRelease: At least one invalid signature was "
        "encountered.",
        seen=either(
            says(r"At least one invalid signature was encountered"),
            says(
                r"The repository 'https?://\S*(?:debian|ubuntu)\S* \S+ InRelease' is not signed",
                unless=r"NO_PUBKEY|resolving|does not have a Release|no longer has",
            ),
            says(r"Couldn't create temporary file /tmp/apt\.conf|Unable to mkstemp /tmp/"),
        ),
        cause="The signature is mostly fine. apt couldn't write or run what checks it: the engine's disk is full, or "
        "the engine is too old for this base image and forbids what its tools do (seccomp).",
        probe="`docker system df` shows what takes the disk, `docker version` how old the engine is.",
        prove=probes.disk_or_age,
        fix="docker builder prune",
        advice="It asks before it removes the build cache. If the disk has space, update Docker Engine and the "
        "package libseccomp2, or take an older base image. Don't tell apt to skip the check.",
        not_made="needs an engine at its limit",
    ),
    Cause(
        key="apt-no-key",
        title="apt doesn't know the key of a package source",
        example="The following signatures couldn't be verified because the public key is not available: NO_PUBKEY "
        "0E98404D386FA1D9",
        seen=says(r"NO_PUBKEY (?P<key>[0-9A-F]{8,40})"),
        cause="A source in the image is signed with the key <key>, which the image doesn't have: the base image is "
        "older than the key, or the source's own key was never added.",
        probe="The line above names the source.",
        fix="FROM debian:bookworm",
        advice="A newer tag of your base image has the distribution's keys. For a source of someone else, download "
        "its key as its page says, and name it with `signed-by=` in the source.",
        not_made="needs a source that is signed with a new key",
    ),
    Cause(
        key="apt-release-expired",
        title="apt's list is older than it may be",
        example="E: Release file for http://deb.debian.org/debian/dists/sid/InRelease is expired (invalid since 3d).",
        seen=says(r"Release file for (?P<url>\S+) is expired"),
        cause="The server's list says until when it counts, and that's over: the server is a copy that no longer gets "
        "updates, or this machine's clock is ahead.",
        probe="`date -u`, and compare with a clock that you trust.",
        prove=probes.clock,
        fix="FROM python:3.12",
        advice="A newer tag of your base image asks servers that are kept up to date. If the clock is wrong, set it, "
        "and restart Docker Desktop.",
        not_made="the machine's clock is not a test's to set",
    ),
    Cause(
        key="apt-no-candidate",
        title="This release has no package of that name any more",
        example="E: Package 'python' has no installation candidate",
        seen=either(
            says(r"E: Version '[^'\n]+' for '(?P<package>[\w.+-]+)' was not found"),
            says(r"E: Package '?(?P<package>[\w.+-]+)'? has no installation candidate"),
            says(
                r"E: Unable to locate package (?P<package>python|python-(?:pip|dev|setuptools|virtua"
                r"lenv|venv|yaml|numpy))"
                r"(?:\n|$)",
                sure=True,
            ),
        ),
        cause="The release doesn't have <package> or that version of it, or has it under a new "
        "name. `python` and `python-pip` were Python "
        "2: today they are `python3` and `python3-pip`.",
        probe="`apt-cache policy <package>` in the image, after `apt-get update`.",
        prove=probes.new_name,
        fix="RUN apt-get update && apt-get install -y --no-install-recommends <right_name>",
        otherwise="RUN apt-get update && apt-cache search <package>",
        advice="packages.debian.org and packages.ubuntu.com list what each release has. For Python, `FROM "
        "python:3.8.10` needs no package at all.",
        follows=("names-in-container", "service-name", "ubuntu-release-over", "package-server-unreachable"),
        not_made="needs the lists of a release that dropped a package",
    ),
    Cause(
        key="apt-hash-sum",
        title="apt got a file that doesn't match its list",
        example="E: Failed to fetch http://deb.debian.org/debian/x.deb  Hash Sum mismatch",
        seen=says(r"Hash Sum mismatch|File has unexpected size|Mirror sync in progress"),
        cause="The list and the file come from different moments: the server was being updated, or a proxy on the "
        "way handed out an old copy.",
        probe="Build again with `--no-cache`: a server that was being updated has finished.",
        fix="RUN rm -rf /var/lib/apt/lists/* && apt-get update -o Acquire::http::No-Cache=true",
        advice="In place of the `apt-get update`. Those lists are apt's own, and it fetches them again.",
        not_made="needs a server that changes under apt's hands",
    ),
    Cause(
        key="apt-not-root",
        title="apt may not install: the step doesn't run as root",
        example="E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)",
        seen=says(
            r"E: Could not open lock file (?P<file>\S+) - open \(13|List directory \S+ is missing. - Acquire "
            r"\(13|are you root\?"
        ),
        cause="A USER above it, or the base image, says that the step runs as a user who may not install packages.",
        probe="Look for USER above the RUN; `docker run --rm IMAGE id`.",
        prove=packages.not_root,
        fix="USER root",
        advice="Before the RUN, and your USER after it.",
    ),
    Cause(
        key="apk-no-package",
        title="apk knows no such package",
        example="ERROR: unable to select packages:\n  pythn (no such package):",
        seen=says(
            r"(?<![\w.+-])(?P<package>[\w.+-]{1,80}) \(no such package\)",
            unless=r"temporary error|network error|fetching https?://\S+: (?!OK)",
        ),
        cause="Alpine has no package <package>: the name is misspelt, or it's the name that Debian uses. "
        "`build-essential` is `build-base` there, `python3-dev` is the same, `libpq-dev` is `postgresql-dev`.",
        probe="`docker run --rm alpine apk search <package>`",
        fix="RUN apk add --no-cache NAME",
        advice="pkgs.alpinelinux.org lists all of them.",
        not_made="the base image is Debian's",
    ),
    Cause(
        key="sudo-in-build",
        title="There is no sudo in the image",
        example="/bin/sh: 1: sudo: not found",
        seen=says(r"sh: (?:line )?\d+: sudo: (?:command )?not found|exec: \"sudo\": executable file not found"),
        cause="Steps of a build and programs in a container run as root already, unless USER says otherwise. So "
        "images have no sudo.",
        probe="`docker run --rm IMAGE id` says `uid=0(root)`.",
        prove=probes.is_root,
        fix="<right_line>",
        otherwise="RUN apt-get update && apt-get install -y NAME",
        advice="The same line without `sudo`. If there's a USER above it, put `USER root` before the step.",
    ),
)
