"""Texts of builds: the Dockerfile, the build context, apt, pip, and what runs out."""

from __future__ import annotations

import pytest

from .texts import Text, check

END = 'ERROR: failed to solve: process "/bin/sh -c {}" did not complete successfully: exit code: {}'
TEXTS = [
    Text("apt-no-candidate", "E: Version '1.18.0-6' for 'nginx' was not found", "apt-cache search nginx"),
    Text(
        "copy-missing",
        "COPY failed: stat /var/lib/docker/tmp/docker-builder31/run.sh: no such file or directory",
        "COPY",
    ),
    Text("copy-missing", 'Error: building at STEP "COPY app.py .": copier: stat: "/app.py": no such file', "COPY"),
    Text("copy-missing", "Step 3/5 : COPY *.jar /app/\nCOPY failed: no source files were specified", "COPY"),
    Text(
        "copy-ignored",
        ' - CopyIgnoredFile: Attempting to Copy file "settings.ini" that is excluded by .dockerignore (line 2)\n'
        'ERROR: failed to solve: failed to calculate checksum of ref a1::b2: "/settings.ini": not found',
        ".dockerignore",
    ),
    Text(
        "copy-from-stage",
        "   9 | >>> COPY --from=web /src/dist /srv/\nERROR: failed to solve: failed to compute cache key: failed to "
        'calculate checksum of ref a1::b2: "/src/dist": not found',
        "--target web",
    ),
    Text(
        "copy-outside-buildkit",
        "   3 | >>> COPY ../shared ./shared\nERROR: failed to solve: failed to compute cache key: failed to calculate "
        'checksum of ref a1::b2: "/shared": not found',
        "docker build -f",
    ),
    Text(
        "copy-several",
        "Step 4/6 : ADD a.txt b.txt /data\nWhen using ADD with more than one source file, the destination must be a "
        "directory and end with a /",
        "./",
    ),
    Text("copy-over", "ERROR: failed to solve: cannot copy to non-directory: /var/lib/x/merged/app/lib", "slash"),
    Text("no-such-stage", 'ERROR: failed to solve: target stage "prod" could not be found', "AS prod"),
    Text("base-name-empty", "failed to solve: base name (${IMAGE}) should not be blank", "ARG"),
    Text("instruction-words", 'dockerfile parse error line 4: Syntax error - can\'t find = in "on". Must be of', "ENV"),
    Text(
        "no-such-user",
        "docker: Error response from daemon: unable to find user flask: no matching entries in passwd file.",
        "useradd --create-home flask",
    ),
    Text("no-such-user", "#7 [4/5] RUN chown -R web:web /srv\n#7 0.31 chown: invalid user: 'web:web'", "useradd"),
    Text("invalid-name", 'ERROR: invalid tag "My_App": repository name must be lowercase', "lower-case"),
    Text(
        "step-failed-above",
        "The command '/bin/sh -c make install' returned a non-zero code: 2",
        "--progress=plain",
    ),
    Text(
        "ubuntu-release-over",
        "W: The repository 'http://archive.ubuntu.com/ubuntu lunar-updates Release' does not have a Release file.",
        "old-releases",
    ),
    Text(
        "centos-over",
        "Error: Failed to download metadata for repo 'appstream': Cannot prepare internal mirrorlist: "
        "No URLs in mirrorlist",
        "vault.centos.org",
    ),
    Text("apt-signature", "E: The repository 'http://deb.debian.org/debian trixie InRelease' is not signed.", "prune"),
    Text("apt-no-key", "W: GPG error: https://x.example jammy InRelease: NO_PUBKEY 7EA0A9C3F273FCD8", "signed-by"),
    Text(
        "apt-release-expired", "E: Release file for http://x/dists/sid/InRelease is expired (invalid since 9d)", "FROM"
    ),
    Text("apt-no-candidate", "E: Package 'mysql-server' has no installation candidate", "apt-cache search"),
    Text("apt-no-candidate", "E: Unable to locate package python-pip\n", "apt-cache search"),
    Text(
        "apt-hash-sum", "E: Failed to fetch http://deb.debian.org/debian/a.xz  Hash Sum mismatch", "rm -rf /var/lib/apt"
    ),
    Text(
        "apt-not-root",
        "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)",
        "USER root",
    ),
    Text("apk-no-package", "ERROR: unable to select packages:\n  build-essential (no such package):\n", "apk add"),
    Text("sudo-in-build", "/bin/sh: 1: sudo: not found\n" + END.format("sudo apt-get update", 127), "without `sudo`"),
    Text(
        "names-in-container",
        "Err:1 http://deb.debian.org/debian bookworm InRelease\n  Could not resolve 'deb.debian.org'"
        "\nE: Unable to locate "
        "package curl",
        "dns",
    ),
    Text(
        "pip-conflict",
        "ERROR: Cannot install requests==2.31 and urllib3==1.20 because these package versions have conflicting "
        "dependencies.\n\nThe conflict is caused by:\n    requests 2.31 depends on urllib3<3 and >=1.21.1\n",
        "requirements.txt",
    ),
    Text("pip-for-windows", "12.3 ERROR: No matching distribution found for windows-curses==2.3", "sys_platform"),
    Text(
        "pip-local-paths",
        "Processing /croot/asttokens_1646925590279/work (from -r requirements.txt (line 4))\nERROR: Could not install "
        "packages due to an OSError: [Errno 2] No such file or directory: '/croot/asttokens_1646925590279/work'",
        "--format=freeze",
    ),
    Text("pip-frozen-system", "ERROR: No matching distribution found for pkg-resources==0.0.0", "grep -v"),
    Text(
        "pip-other-python",
        "ERROR: Ignored the following versions that require a different python version: 2.0 Requires-Python >=3.10\n"
        "ERROR: Could not find a version that satisfies the requirement numpy==2.0 (from versions: 1.24)",
        "python:3.10",
    ),
    Text(
        "package-server-unreachable",
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='files.pythonhost"
        "ed.org', port=443): "
        "Read timed out.",
        "--timeout",
    ),
    Text(
        "package-server-unreachable",
        "Err:2 http://deb.debian.org/debian trixie InRelease\n  Could not connect to deb.debian.org:80 (1.2.3.4), "
        "connection timed out\nE: Unable to locate package gcc",
        "proxy",
    ),
    Text("proxy-login", "  407  Proxy Authentication Required\nE: Failed to fetch http://x/InRelease", "HTTPS_PROXY"),
    Text(
        "proxy-unreachable",
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.', "
        "NewConnectionError('[Errno 111] Connection refused'))': /simple/flask/\nERROR: No matching distribution found "
        "for flask",
        "--network host",
    ),
    Text("requirements-utf-16", "ERROR: Invalid requirement: 'f\\x00l\\x00a\\x00s\\x00k\\x00'", "iconv"),
    Text("externally-managed", "#7 0.9 error: externally-managed-environment", "venv"),
    Text("compiler-missing", "../meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc']]", "gcc libc6-dev"),
    Text("setuptools-missing", "ModuleNotFoundError: No module named 'pkg_resources'\n", "setuptools"),
    Text("package-too-old", "AttributeError: module 'collections' has no attribute 'MutableMapping'", "FROM python:"),
    Text(
        "headers-missing",
        "  Error: pg_config executable not found.\n  error: metadata-generation-failed",
        "psycopg2-binary",
    ),
    Text(
        "headers-missing",
        "    ffi.c:15:10: fatal error: ffi.h: No such file or directory\n    error: command '/usr/bin/gcc' failed",
        "build-base",
    ),
    Text("build-out-of-memory", "#9 44.1 Killed\n" + END.format("npm ci", 137), "memory"),
    Text("build-out-of-memory", "npm ERR! errno 137\nnpm ERR! Exit status 137", "memory"),
    Text(
        "build-disk-full",
        "#8 3.1 OSError: [Errno 28] No space left on device\n" + END.format("pip install torch", 1),
        "prune",
    ),
    Text(
        "disk-full",
        "failed to register layer: ApplyLayer exit status 1 stdout:  stderr: write /a: no space left on device",
        "clean",
    ),
    Text("engine-too-old-for-image", "#5 1.2 pip install\n#5 1.3 RuntimeError: can't start new thread", "libseccomp2"),
    Text(
        "no-such-platform",
        "failed to solve: python:3.8: no match for platform in manifest sha256:ab12: not found",
        "--platform",
    ),
]


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: one.key)
def test_a_text_is_explained_with_its_cause_and_a_fix(one: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    check(one, monkeypatch)
