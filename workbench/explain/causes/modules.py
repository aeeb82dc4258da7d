"""A module that Python doesn't find: a package's, whose name is known, or one of your own."""

from __future__ import annotations

import re

from workbench.explain.cause import Cause, Match
from workbench.explain.evidence import Evidence
from workbench.explain.probes import running as probes

MISSING = re.compile(
    r"ModuleNotFoundError: No module named '(?P<module>[\w.]+)'|"
    r"(?:^|\n)ImportError: No module named '?(?P<older>[\w.]+)|"
    r"(?:^|\n)\S*python[\d.]*: No module named (?P<run>[\w.]+)(?:\n|$)"
)
# Modules of well-known packages. Strangers own names that are nearly those, so no other name gets into a fix.
PACKAGES = {
    "PIL": "Pillow",
    "MySQLdb": "mysqlclient",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "django": "Django",
    "docker": "docker",
    "dotenv": "python-dotenv",
    "flask": "Flask",
    "flask_cors": "Flask-Cors",
    "flask_login": "Flask-Login",
    "flask_migrate": "Flask-Migrate",
    "flask_restful": "Flask-RESTful",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "flask_wtf": "Flask-WTF",
    "google.protobuf": "protobuf",
    "jinja2": "Jinja2",
    "jwt": "PyJWT",
    "psycopg2": "psycopg2-binary",
    "rest_framework": "djangorestframework",
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "sqlalchemy": "SQLAlchemy",
    "werkzeug": "Werkzeug",
    "yaml": "PyYAML",
    **{
        name: name
        for name in [
            "aiohttp",
            "alembic",
            "bcrypt",
            "boto3",
            "celery",
            "certifi",
            "click",
            "cryptography",
            "fastapi",
            "gevent",
            "gunicorn",
            "httpx",
            "ipywidgets",
            "jsonschema",
            "lxml",
            "markdown",
            "marshmallow",
            "matplotlib",
            "mysqlclient",
            "networkx",
            "nltk",
            "numpy",
            "openpyxl",
            "pandas",
            "passlib",
            "plotly",
            "psutil",
            "psycopg",
            "pydantic",
            "pymongo",
            "pymysql",
            "pytest",
            "pytz",
            "redis",
            "requests",
            "rich",
            "scipy",
            "seaborn",
            "selenium",
            "spacy",
            "starlette",
            "streamlit",
            "sympy",
            "tensorflow",
            "torch",
            "tqdm",
            "transformers",
            "typer",
            "urllib3",
            "uvicorn",
            "uwsgi",
            "waitress",
            "websockets",
            "xgboost",
        ]
    },
}
# What people call their own; packages of strangers have these names, too.
OWN = {
    "api",
    "app",
    "application",
    "apps",
    "backend",
    "common",
    "config",
    "configs",
    "core",
    "database",
    "db",
    "degrees",
    "degrees_api",
    "helpers",
    "lib",
    "main",
    "manage",
    "models",
    "myapp",
    "mysite",
    "project",
    "routes",
    "run",
    "schemas",
    "server",
    "service",
    "services",
    "settings",
    "src",
    "tests",
    "utils",
    "views",
    "web",
    "website",
    "wsgi",
}
# A server was told to import it.
BY_A_SERVER = re.compile(
    r"in (?:import_app|import_from_string|_import_module|find_app|locate_app|import_module)\b[^\n]*\n"
    r"(?:(?!\n[A-Z]\w*Error)[\s\S]){0,1500}\nModuleNotFoundError|"
    r"Worker failed to boot|Error loading ASGI app|unable to load app 0"
)
# Python itself dropped these, or setuptools brings them: other causes.
NOT_MODULES = "distutils|pkg_resources|setuptools|imp|asyncore|asynchat|smtpd|cgi|telnetlib|pipes|crypt|lib2to3"


def missing_module(evidence: Evidence) -> Match | None:
    """Recognise a missing module; of its package, only a well-known name is given."""
    module, at = _named(evidence)
    if not module:
        return None
    package = PACKAGES.get(module.partition(".")[0]) or PACKAGES.get(module)
    if package:
        return Match(at, {"module": module, "package": package})
    return Match(at, {"module": module}, sure=False, likely=True)


def _own_module(evidence: Evidence) -> Match | None:
    """Recognise a module of one's own, by its name or by what imports it."""
    module, at = _named(evidence)
    first = module.partition(".")[0]
    if not module or _raised_here(evidence) or module in PACKAGES or first in PACKAGES:
        return None
    own = first in OWN or bool(BY_A_SERVER.search(evidence.text))
    return Match(at, {"module": module}, sure=own, likely=True)


def _raised_here(evidence: Evidence) -> bool:
    return evidence.raised and evidence.exit_code is None


def _named(evidence: Evidence) -> tuple[str, int]:
    found = list(MISSING.finditer(evidence.text))
    if not found or re.fullmatch(rf"(?:{NOT_MODULES})(?:\..*)?", _word(found[-1])):
        return "", -1
    return _word(found[-1]), found[-1].start()


def _word(match: re.Match[str]) -> str:
    return match["module"] or match["older"] or match["run"]


CAUSES = (
    Cause(
        key="own-module",
        title="Python doesn't find a module of your own",
        example="ModuleNotFoundError: No module named 'app'",
        seen=_own_module,
        cause="<module> looks like a file or folder of your own. Python looks for it in the folder of the program, or "
        "in the working directory for `python -m`, gunicorn and flask. In the container it isn't there: COPY didn't "
        "bring it, or WORKDIR is a different folder.",
        probe="`docker run --rm --entrypoint sh IMAGE -c 'pwd; ls'` shows the folder.",
        prove=probes.own_module_elsewhere,
        fix="WORKDIR /app\nCOPY . ./",
        advice="In the Dockerfile, before CMD. If it's in a folder below, `ENV PYTHONPATH=/app/FOLDER`, or `gunicorn "
        "--chdir`. Check that `.dockerignore` doesn't leave it out. Don't install a package of that name: it would be "
        "a stranger's.",
        certain=False,
        follows=("compose-python",),
    ),
)
