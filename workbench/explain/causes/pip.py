"""What pip can't find, reach, read or build."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says, where
from workbench.explain.causes.services import in_containers
from workbench.explain.probes import pip as probes

NOT_FOUND = r"(?:Could not find a version that satisfies the requirement|No matching distribution found for)"
FOR_WINDOWS = (
    r"pywin32(?:-ctypes)?|pypiwin32|pywinpty|windows-curses|win32-?setctime|win32core|wmi|comtypes|winshell|"
    r"pyreadline|twisted-iocpsupport|pyautogui-win|winrt\w*"
)
OF_UBUNTU = (
    r"cloud-init|command-not-found|ubuntu-(?:advantage-tools|pro-client|drivers-common|dev-tools)|python-apt|ufw|"
    r"language-selector|systemd-python|unattended-upgrades|distro-info|ssh-import-id|pkg[-_]resources|xkit|"
    r"screen-resolution-extra|usb-creator|apturl|brlapi|cupshelpers|louis|macaroonbakery|apt-xapian-index|gyp|dbus-python"
)
GONE = (
    r"module 'pkgutil' has no attribute 'ImpImporter'|module 'collections' has no attribute '\w+'|"
    r"cannot import name '(?:Mapping|MutableMapping|Callable|Iterable|Sequence)' from 'collections'|"
    r"module 'inspect' has no attribute '(?:getargspec|formatargspec)'|module 'configparser' has no "
    r"attribute 'Safe\w+'|"
    r"No module named '(?:imp|asyncore|asynchat|smtpd|cgi|telnetlib|pipes|crypt|lib2to3)'|use_2to3 is invalid|"
    r"AttributeError: cython_sources|module 'asyncio' has no attribute 'coroutine'|module 'ast' has no attribute 'Str'|"
    r"'build_ext' object has no attribute 'cython_sources'|has no attribute 'get_python_inc'"
)

CAUSES = (
    Cause(
        key="pip-conflict",
        title="Two requirements contradict each other",
        example="ERROR: Cannot install flask==2.3.2 and werkzeug==2.2.3 because these package versions have "
        "conflicting dependencies.",
        seen=either(
            says(
                r"these package versions have conflicting dependencies|ResolutionImpossible",
                also=(
                    r"(?i:the user requested )(?P<wanted>[\w.-]+[=<>~!][^\s]*)",
                    r"(?P<who>[\w.-]+) \S+ depends on (?P<needs>[^\n]+)",
                ),
            ),
            says(r"Cannot install (?P<who>[^\n]{1,80}) because these package"),
            says(r"resolution-too-deep|(?i:dependency resolution exceeded maximum depth)"),
        ),
        cause="One of your requirements pins a version that a different one doesn't accept: <who> needs <needs>. "
        "No set of versions fits both.",
        probe="The lines under `The conflict is caused by` name both.",
        prove=probes.needs,
        fix="pip install <who> <needs>",
        otherwise="pip install --dry-run -r requirements.txt",
        advice="In requirements.txt, write the version that the other one needs, without the quotes, or loosen both "
        "and pin what pip then chooses.",
    ),
    Cause(
        key="pip-for-windows",
        title="A package that only exists for Windows is among the requirements",
        example="ERROR: No matching distribution found for pywin32==306",
        seen=says(rf"{NOT_FOUND} (?P<package>(?i:{FOR_WINDOWS}))\b(?P<version>[=<>~!]*[\w.]*)"),
        cause="<package> is for Windows, and the container runs Linux. `pip freeze` on Windows wrote it into "
        "requirements.txt.",
        probe="The page of <package> on pypi.org lists files for Windows only.",
        prove=probes.on_a_list,
        fix='<package>; sys_platform == "win32"',
        advice="In requirements.txt: pip then leaves it out on Linux. Or delete the line, if your program doesn't "
        "need it.",
    ),
    Cause(
        key="pip-frozen-system",
        title="A package of the operating system is among the requirements",
        example="ERROR: No matching distribution found for cloud-init==20.4",
        seen=says(rf"{NOT_FOUND} (?P<package>(?i:{OF_UBUNTU}))(?P<version>==[\w.+-]+)?(?=\s|$)"),
        cause="<package> is a part of Ubuntu or Debian and not on PyPI. `pip freeze`, typed outside of a virtual "
        "environment, writes everything that your system has into requirements.txt.",
        probe="`pip show <package>` says that it comes from /usr/lib/python3/dist-packages.",
        prove=probes.on_a_list,
        fix="grep -v '^<package>==' requirements.txt >requirements.new",
        advice="Look at the new file, then `mv requirements.new requirements.txt`. Better, write down only what your "
        "program imports, from a virtual environment: `python3 -m venv .venv`.",
    ),
    Cause(
        key="pip-local-paths",
        title="The requirements name files of your own machine",
        example="ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: "
        "'/tmp/build/80754af9/certifi_1645406983309/work'",
        seen=either(
            says(
                r"\[Errno 2\] No such file or directory: '(?P<path>(?:/[A-Z]:)?[/\\](?:tmp/build|"
                r"croot|home|Users|opt/conda|"
                r"private|System|work|D:|C:)[^'\n]*)'",
                r"Could not install packages due to|Processing /|Processing \S*file:",
            ),
            says(r"(?:Invalid requirement|is not a valid editable requirement)[^\n]*(?P<path>file://[^\s'\"]+)"),
        ),
        cause="In an environment of conda, `pip freeze` writes lines such as `certifi @ file:///tmp/build/...`: paths "
        "on your machine, or on the one that made the package. The image has no such files.",
        probe="`grep '@ file:' requirements.txt` lists them.",
        fix="pip list --format=freeze >requirements.txt",
        advice="That writes names and versions, without paths. Look through it, and keep only what "
        "your program imports.",
        not_made="the fix writes down what your own machine has",
    ),
    Cause(
        key="pip-other-python",
        title="The package needs a newer Python than the image has",
        example="ERROR: Package 'tiny' requires a different Python: 3.8.10 not in '>=3.9'",
        seen=either(
            says(r"requires a different Python: [\d.]+ not in '(?:[^'\n]*?>=? ?(?P<python>3\.\d+))?[^'\n]*'"),
            says(
                r"(?i:requires?-python:? ?)>= ?(?P<python>3\.\d+)",
                rf"{NOT_FOUND}|(?i:ignored the following versions that require)",
            ),
            says(r"ERROR: \S+ requires Python '>=(?P<python>3\.\d+)"),
        ),
        cause="The package, or the version that you ask for, supports Python <python> and later. The image's Python "
        "is older.",
        probe="`docker run --rm IMAGE python --version`",
        fix="FROM python:<python>",
        otherwise="FROM python:3.12",
        advice="Or take the last version of the package that supports the image's Python: its page on pypi.org says "
        "which.",
        doctor=("python",),
        not_made="needs a second base image",
    ),
    Cause(
        key="package-server-unreachable",
        title="The package server can't be reached from the build",
        example="ERROR: HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.",
        seen=either(
            says(
                r"(?:ConnectTimeoutError|ReadTimeoutError|Read timed out|Connection to \S+ timed out|"
                r"Network is unreachable|No route to host|ProtocolError|RemoteDisconnected|"
                r"\[Errno 11[13]\] Connection refused|Connection reset by peer)",
                r"pypi|pythonhosted|/simple/|--index-url",
                unless=r"Successfully (?:installed|built)|\[Errno -[235]\]|name resolution|ProxyError",
                also=(r"HTTPSConnectionPool\(host='(?P<host>[\w.-]+)'", r"Connection to (?P<host>[\w.-]+) timed out"),
            ),
            says(
                r"(?:Could not connect to|Unable to connect to|Cannot initiate the connection to) (?P<host>[\w.-]+):",
                unless=r"Could not resolve|resolving",
            ),
            says(r"(?:dl-cdn\.alpinelinux\.org|APKINDEX)[^\n]{0,120}(?:timed out|Connection refused|network error)"),
            where(in_containers, says(r"npm (?:ERR!|error) (?:code|errno) (?:ETIMEDOUT|ECONNRESET|ECONNREFUSED)")),
        ),
        cause="The connection to <host> was slow, cut, or blocked on the way, by a firewall or a proxy that a "
        "container doesn't know. That no version was found only follows from it.",
        probe="`docker run --rm python:3.8.10 pip download --no-deps flask`, and the same on this machine.",
        prove=probes.unreachable,
        fix="RUN pip install --timeout 100 --retries 10 -r requirements.txt",
        advice="Try again first: it may be over. If the network has a proxy, name it in `~/.docker/config.json`. "
        "Your school's mirror of PyPI, if it has one: `--index-url`.",
        links="See [Docker's page on proxies](https://docs.docker.com/engine/cli/proxy/).",
        not_made="a slow network is not a test's to make",
    ),
    Cause(
        key="proxy-login",
        title="The proxy wants a login",
        example="ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication "
        "Required'))",
        seen=says(r"407 +(?:Proxy|authenti)[^\n']*|(?i:proxy authentication required)"),
        cause="The network's proxy answered 407: it only lets through who logs in with a user name and a password.",
        probe="`curl -sI -x http://PROXY:PORT https://pypi.org` says 407, too.",
        fix="docker build --build-arg HTTPS_PROXY=http://USER:PASSWORD@PROXY:PORT .",
        advice="Docker doesn't store that argument in the image. For all builds and containers, name the proxy in "
        "`~/.docker/config.json`; write special characters of the password as %40 and so on.",
        links="See [Docker's page on proxies](https://docs.docker.com/engine/cli/proxy/).",
        not_made="needs a proxy with passwords",
    ),
    Cause(
        key="proxy-unreachable",
        title="The proxy can't be reached from the container",
        example="ProxyError('Cannot connect to proxy.', NewConnectionError('... Connection refused'))",
        seen=either(
            says(r"ProxyError\([^\n]*", unless=r"407 "),
            says(r"(?i:could not resolve proxy|unable to connect to proxy|cannot connect to proxy)", unless=r"407 "),
        ),
        cause="The container was told to go through a proxy and doesn't reach it. In a container, 127.0.0.1 is the "
        "container itself and not your machine, so a proxy there is out of reach.",
        probe="`docker run --rm IMAGE env` shows HTTP_PROXY and HTTPS_PROXY.",
        prove=probes.proxy_on_loopback,
        fix="docker build --network host .",
        advice="That builds with your machine's own network. Or name the proxy by an address that containers reach, "
        "in `~/.docker/config.json`. Without a proxy, take the lines out of there.",
        doctor=("proxy",),
        not_made="needs a proxy on this machine",
    ),
    Cause(
        key="requirements-utf-16",
        title="The requirements file is written in UTF-16",
        example="pip/_internal/req/req_file.py ... UnicodeDecodeError: 'utf-8' codec can't decode by"
        "te 0xff in position 0",
        seen=either(
            says(r"codec can't decode byte 0xf[ef] in position 0", r"requirements|pip"),
            says(r"[Ii]nvalid requirement: '(?:[^'\n]{0,200}\\x00|\\ufeff|\\xff)|\xff\xfe[a-zA-Z]"),
        ),
        cause="PowerShell's `>` writes UTF-16 before version 6, and pip reads UTF-8. So `pip freeze "
        ">requirements.txt` made a file that pip can't read.",
        probe="`file requirements.txt` says `UTF-16`.",
        prove=probes.has_zeros,
        fix="iconv -f UTF-16 -t UTF-8 requirements.txt >requirements.new && mv requirements.new requirements.txt",
        advice="Or in PowerShell: `pip freeze | Out-File -Encoding ascii requirements.txt`. An editor can do it, too: "
        "save with the encoding UTF-8.",
    ),
    Cause(
        key="setuptools-missing",
        title="The package needs setuptools, which the image's Python no longer brings",
        example="ModuleNotFoundError: No module named 'distutils'",
        seen=says(
            r"ModuleNotFoundError: No module named '(?P<module>distutils|pkg_resources|setuptools)(?:\.\w+)*'",
            unless=r"docker-compose==1\.|/compose/cli/",
        ),
        cause="Python 3.12 removed distutils, and its images come without setuptools, which has a copy of distutils "
        "and brings pkg_resources. The newest setuptools no longer has pkg_resources.",
        probe="`docker run --rm IMAGE python --version`, and `pip list` in it doesn't show setuptools.",
        fix='RUN pip install "setuptools<81"',
        advice="Before the step that fails. While a package is built: `ENV PIP_CONSTRAINT=...` or `pip install "
        "--no-build-isolation`. Or a newer version of the package, or `FROM python:3.11`.",
        not_made="the base image has Python 3.8",
    ),
    Cause(
        key="package-too-old",
        title="A package is too old for the image's Python",
        example="AttributeError: module 'pkgutil' has no attribute 'ImpImporter'",
        seen=says(GONE, also=(r"Collecting (?P<package>[\w.-]+)==",)),
        cause="New versions of Python drop what was announced years before: 3.10, 3.11, 3.12 and 3.13 all did. The "
        "package, or the setuptools or Cython that builds it, still uses that.",
        probe="The last `Collecting` above the error names the package; `python --version` in the image the Python.",
        fix="FROM python:3.11",
        advice="That is the quick way, with the Python that the package was made for; 3.9 for still older ones. "
        "Better, take a newer version of the package: loosen its pin in requirements.txt.",
        not_made="the base image has Python 3.8",
    ),
    Cause(
        key="headers-missing",
        title="A package is compiled, and a library's header files are missing",
        example="fatal error: Python.h: No such file or directory\nerror: command 'gcc' failed with exit status 1",
        seen=either(
            says(
                r"fatal error: '?(?P<header>[\w./+-]+\.h)'?(?:: No such file| file not found)",
                r"error: command '|[Ff]ailed building wheel|Failed to build|setup\.py|\bpip\b",
            ),
            says(
                r"(?P<header>pg_config|mysql_config|mariadb_config|xml2-config) executable not found|"
                r"(?P<header_too>pg_config|mysql_config|mariadb_config)[: ](?:command )?not found"
            ),
            says(r"(?i:can'?t find rust compiler|rust toolchain|cargo, the rust package manager, is not installed)"),
        ),
        cause="pip found no ready-made wheel for this Python and processor, so it compiles the source. That needs the "
        "development files of a library, <header> here, which the image doesn't have.",
        probe="The message names the file that is missing.",
        prove=probes.development_files,
        fix="RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev <development>",
        advice="Before the RUN with pip. On Alpine: `apk add build-base libffi-dev`. Often there's a wheel: with a "
        "newer pip, the full image `python:3.8.10` in place of slim or Alpine, or a package such as `psycopg2-binary`.",
        not_made="the stand-in has no compiler, Docker Hub's image has one",
    ),
)
