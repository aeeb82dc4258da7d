"""What fails in a build while packages are installed."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.explain.probes import packages as probes
from workbench.settings import FLASK, WERKZEUG

CAUSES = (
    Cause(
        key="werkzeug-3",
        title="Flask 2.2 and a Werkzeug 3",
        example="ImportError: cannot import name 'url_quote' from 'werkzeug.urls'",
        seen=says(r"cannot import name '(?P<name>url_quote|url_quote_plus)' from 'werkzeug\.urls'"),
        cause="Flask 2.2 uses the function <name> of Werkzeug, which Werkzeug 3 no longer has. Flask only asks for "
        "2.2.2 or later, so pip takes the newest.",
        probe="`pip freeze | grep Werkzeug`, where it failed.",
        prove=probes.werkzeug,
        fix=f"pip install Flask=={FLASK} Werkzeug=={WERKZEUG}",
        advice="In the Dockerfile, after RUN. The lesson behind it: name the versions of what you rely on.",
        links="[Chapter 02](../notebooks/02_work_inside.ipynb) tells the story.",
    ),
    Cause(
        key="apt-archived",
        title="apt asks for a release that has left the servers",
        example="E: The repository 'http://deb.debian.org/debian buster Release' does not have a Release file.",
        seen=either(
            says(
                r"E: The repository '(?P<url>https?://\S+) (?P<suite>\S+) Release' (?:does not|no longer) ha(?:ve|s) a",
                unless=r"ubuntu\.com|resolving '",
            ),
            says(
                r"E: Failed to fetch (?P<url>https?://\S+)/dists/(?P<suite>\S+?)/(?:In)?Release +404",
                unless=r"ubuntu\.com",
            ),
            says(
                r"[EW]: Failed to fetch (?P<url>https?://\S+)/dists/(?P<suite>\S+?)/\S*Packages\S* +404",
                unless=r"ubuntu\.com",
            ),
        ),
        cause="The base image is a release that has reached its end, as Debian 10, buster, has. Its packages have "
        "moved from <url> to an archive.",
        probe="`docker run --rm <image> cat /etc/os-release` names the release, and `curl -I "
        "<url>/dists/<suite>/Release` answers 404.",
        prove=probes.suite_gone,
        fix=r"RUN sed -i 's/\(deb\|security\).debian.org/archive.debian.org/' /etc/apt/sources.list",
        advice="Put it before the line with `apt-get update`. Better, take a newer base image: the archive gets no "
        "more security updates.",
    ),
    Cause(
        key="apt-old-lists",
        title="apt asks for a version that the server no longer has",
        example="E: Failed to fetch http://deb.debian.org/debian/pool/main/c/curl/curl_7.88.1-10_amd64.deb  404  Not "
        "Found",
        seen=says(r"E: Failed to fetch (?P<url>https?://\S+/(?P<package>[a-z0-9.+-]+)_[^/\s]+\.deb) +404"),
        cause="The lists of packages in the image are older than what the server has: `apt-get update` ran in "
        "another instruction, whose result came from the cache.",
        probe="`curl -I <url>` answers 404.",
        prove=probes.package_gone,
        fix="RUN apt-get update && apt-get install -y --no-install-recommends <package>",
        advice="In one instruction, so that the lists are as fresh as the installation.",
    ),
    Cause(
        key="apt-no-lists",
        title="apt knows no such package",
        example="E: Unable to locate package curl",
        seen=says(r"E: Unable to locate package (?P<package>[\w.+-]+)"),
        follows=(
            "names-in-container",
            "service-name",
            "package-server-unreachable",
            "apt-no-candidate",
            "apt-archived",
            "ubuntu-release-over",
            "apt-signature",
            "apt-no-key",
            "clock-wrong",
            "proxy-login",
            "certificate-in-container",
        ),
        cause="Images come without lists of packages, so that apt knows nothing before `apt-get update`. If that "
        "ran, the name <package> is misspelt, or this release has no such package.",
        probe="`docker run --rm <image> ls /var/lib/apt/lists` shows hardly anything.",
        prove=probes.no_lists,
        fix="RUN apt-get update && apt-get install -y --no-install-recommends <package>",
    ),
    Cause(
        key="requirements-missing",
        title="pip finds no requirements file in the image",
        example="ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirements.txt'",
        seen=says(r"Could not open requirements file: \[Errno 2\][^\n']*'(?P<file>[^'\n]+)'"),
        cause="A RUN sees what is in the image, not what lies in your folder. <file> was not copied before, or to "
        "another place than the working directory.",
        probe="Look for a COPY of that file above the RUN, and for WORKDIR.",
        prove=probes.no_file,
        fix="COPY <file> ./",
        advice="Put it before the RUN.",
    ),
    Cause(
        key="pip-no-such-version",
        title="pip finds no such version",
        example="ERROR: Could not find a version that satisfies the requirement Flask==9.0 (from versions: 2.2.5, "
        "3.0.3)",
        seen=says(
            r"Could not find a version that satisfies the requirement (?P<package>[\w.-]+)(?P<version>[^\s(]+) "
            r"\((?:from [^\n]{1,80}\) \()?from versions: (?:[^)\n]*, )?(?P<newest>(?!none\b)[^\s)]+)\)"
        ),
        follows=("pip-other-python", "pip-for-windows", "pip-frozen-system", "proxy-login"),
        cause="There is no such version of <package>, or none of it that supports the Python of the image. The "
        "newest that does is <newest>.",
        probe="The message lists the versions there are for that Python.",
        prove=probes.no_version,
        fix="<package>==<newest>",
        advice="If you need just that version, it may want a newer Python: its page on pypi.org "
        "says which, for the FROM "
        "line.",
    ),
    Cause(
        key="pip-no-such-package",
        title="pip finds no such package",
        example="ERROR: Could not find a version that satisfies the requirement Flaskk (from versions: none)",
        # A warning above it that no connection was made would be another cause.
        seen=says(
            r"Could not find a version that satisfies the requirement (?P<package>[\w.-]+)\S* "
            r"\((?:from [^\n]{1,80}\) \()?from versions: ?(?:none)?\)",
            unless=r"Retrying \(Retry\(|Could not fetch URL |connection broken by",
            likely=True,
        ),
        follows=(
            "pip-other-python",
            "pip-for-windows",
            "pip-frozen-system",
            "package-server-unreachable",
            "proxy-login",
            "proxy-unreachable",
        ),
        cause="The package index has nothing named <package>: the name is misspelt, or the package has another name "
        "than the module that is imported. Or it has no version for the Python of the image.",
        probe="`curl -sI https://pypi.org/pypi/<package>/json` answers 404.",
        prove=probes.no_package,
        fix="RUN pip install <right_name>",
        otherwise="pip index versions <package>",
        advice="Look the name up on pypi.org before you install it: strangers publish packages under names that are "
        "nearly those of well-known ones.",
        certain=False,
    ),
    Cause(
        key="compiler-missing",
        not_made="the stand-in has no compiler, Docker Hub's image has one",
        title="A package wants to be compiled, and there is no compiler",
        example="error: command 'gcc' failed: No such file or directory",
        seen=either(
            says(r"error: command '(?P<compiler>[\w./-]*(?:gcc|cc|g\+\+))' failed: No such file or directory"),
            says(
                r"Unknown compiler\(s\)|No CMAKE_\w+_COMPILER|no acceptable C compiler found|Unable "
                r"to find '?(?P<compiler>gcc)|"
                r"(?:^|\n)\S*sh: (?:\d+: )?(?P<also>gcc|g\+\+|cc): (?:command )?not found"
            ),
            says(r"unable to execute '(?P<compiler>[\w./-]*(?:gcc|cc|g\+\+))': No such file or directory"),
        ),
        cause="pip found no ready-made wheel of the package for this Python, so it compiles the source, and the "
        "image has no <compiler>. Slim images leave compilers out.",
        probe="`docker run --rm <image> which gcc` finds nothing.",
        prove=probes.no_compiler,
        fix="RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev",
        advice="Put it before the RUN with pip. Or take a version of the package that has a wheel.",
    ),
    Cause(
        key="pip-not-root",
        title="pip may not write where packages go",
        example="ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: "
        "'/usr/local/lib/python3.8/site-packages/flask'",
        seen=says(
            r"ERROR: Could not install packages due to an (?:OSError|EnvironmentError): \[Errno 13\] Permission denied"
        ),
        cause="The step runs as a user who is not root, because of a USER above it, and packages go to folders of "
        "root.",
        probe="Look for USER above the RUN.",
        prove=probes.not_root,
        fix="USER root",
        advice="Put it before the RUN, and the other USER after it. Better, move USER below all that is installed.",
    ),
    Cause(
        key="externally-managed",
        not_made="the base image has a Python of its own",
        title="The distribution keeps pip away from its Python",
        example="error: externally-managed-environment",
        seen=says(r"error: externally-managed-environment|EXTERNALLY-MANAGED"),
        cause="The Python of a Debian or Ubuntu belongs to apt, and pip would get into its way. The images named "
        "`python` have one of their own.",
        probe="`docker run --rm <image> sh -c 'ls /usr/lib/python3*/EXTERNALLY-MANAGED'` finds a file.",
        prove=probes.managed,
        fix="RUN python3 -m venv /venv\nENV PATH=/venv/bin:$PATH",
        advice="Put both before the RUN with pip. Or start FROM an image named `python`.",
    ),
)
