"""What a Flask app and the server that runs it can't find in a container."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says, where
from workbench.explain.causes.services import in_containers
from workbench.explain.probes import flask as probes
from workbench.explain.probes import running
from workbench.settings import APP_PORT, FLASK, WERKZEUG

FAMILY = r"(?:jinja2|markupsafe|itsdangerous|werkzeug|flask)(?:\.[\w.]+)?"

CAUSES = (
    Cause(
        key="flask-no-app",
        title="Flask doesn't find the app",
        example='Error: Could not locate a Flask application. You did not provide the "FLASK_APP" en'
        "vironment variable, "
        'and a "wsgi.py" or "app.py" module was not found in the current directory.',
        seen=says(r"Could not locate a Flask application"),
        cause="`flask run` looks for a file app.py or wsgi.py in the folder that it runs in. Yours has a different "
        "name, or the container's working directory, WORKDIR, is a different one, or COPY left the file out.",
        probe="`docker run --rm --entrypoint sh IMAGE -c 'pwd; ls'` shows the folder.",
        prove=probes.programs_there,
        fix="ENV FLASK_APP=<place>",
        otherwise="ENV FLASK_APP=degrees_api.py",
        advice="In the Dockerfile, with your file's name; since Flask 2.2 also `flask --app degrees_api run`. Check "
        "that WORKDIR comes before COPY, and that COPY brings the file there.",
    ),
    Cause(
        key="flask-cannot-import",
        title="Flask, gunicorn or uvicorn can't import the app",
        example="flask.cli.NoAppException: Could not import 'hello'.",
        seen=either(
            says(r"(?:NoAppException|Error): (?:Could not import|While importing) [\"'](?P<module>[\w.]+)[\"']"),
            says(
                r"Failed to find (?:Flask application|application|attribute)[^\n]*"
                r"(?:in module|named|in) [\"'](?P<module>[\w.]+)[\"']"
            ),
            says(r"Error loading ASGI app\.[^\n]*?module \"(?P<module>[\w.]+)\""),
            says(r"Error: The file/path provided \((?P<module>[^)\n]+)\) does not appear to exist"),
        ),
        cause="FLASK_APP, `--app` or the server's command names <module>. In the container, that's "
        "not in the working directory, or it "
        "raises an error while it is imported, or has no app in it.",
        probe="`docker run --rm IMAGE python -c 'import <module>'` shows the error behind it.",
        prove=running.own_module_elsewhere,
        fix="WORKDIR /app\nCOPY . ./",
        advice="So that the file is where `flask` runs. If it raises an error, that's further up. The "
        "variable in the file has to be called `app` or `application`.",
        follows=("own-module", "module-not-in-image", "flask-family", "werkzeug-3", "setuptools-missing"),
    ),
    Cause(
        key="flask-family",
        title="Flask and the packages around it don't fit together",
        example="ImportError: cannot import name 'escape' from 'jinja2'",
        seen=either(
            says(r"module '(?P<module>flask\.\w+|werkzeug(?:\.\w+)?|jinja2)' has no attribute '(?P<name>\w+)'"),
            says(r"No module named '(?P<module>(?:werkzeug|jinja2|flask)(?=\.))\.(?P<name>[\w.]+)'"),
            says(
                rf"cannot import name '?(?P<name>\w+)'? from '?(?P<module>{FAMILY})'?(?!\S*app)",
                unless=r"url_quote",
            ),
        ),
        follows=("flask-shadowed",),
        cause="<module> no longer has <name>: the newest one is too new for the Flask, or for the extension, that "
        "imports it. An old Flask only asks for a lowest version of Jinja2, MarkupSafe, itsdangerous and Werkzeug, so "
        "pip takes the newest.",
        probe="`pip freeze | grep -iE 'flask|jinja|werkzeug|markupsafe|itsdangerous'`, where it failed.",
        prove=probes.family,
        fix=f"pip install Flask=={FLASK} Werkzeug=={WERKZEUG} 'Jinja2>=3' 'MarkupSafe>=2' 'itsdangerous>=2'",
        advice="In the Dockerfile, after RUN. If the app needs Flask 1: `Flask==1.1.4 'Jinja2<3.1' 'MarkupSafe<2.1' "
        "'itsdangerous<2.1' 'Werkzeug<2.1'`. Pin all of them in requirements.txt.",
    ),
    Cause(
        key="flask-shadowed",
        title="A file of your own is called flask.py",
        example="ImportError: cannot import name 'Flask' from partially initialized module 'flask' (/app/flask.py)",
        seen=says(
            r"partially initialized module 'flask'|from 'flask' \((?!\S*-packages)\S*flask\.py\)|"
            r"No module named 'flask\.[\w.]+'; 'flask' is not a package"
        ),
        cause="`import flask` finds your file flask.py before the package Flask, since Python looks in the program's "
        "own folder first.",
        probe='`python -c "import flask; print(flask.__file__)"` shows which one it is.',
        fix="mv flask.py app.py",
        advice="Rename it in the Dockerfile's COPY and CMD as well. The same goes for a folder called flask.",
        not_made="docker-module-shadowed is the same with a different name",
    ),
    Cause(
        key="port-taken-inside",
        title="A different program has the port where this one wants to listen",
        example=f"Port {APP_PORT} is in use by another program.",
        seen=either(
            says(r"Port (?P<port>\d+) is in use by another program"),
            says(r"\[ERROR\] Connection in use: \('[^']*', (?P<port>\d+)\)"),
            where(in_containers, says(r"\[Errno (?:98|48)\][^\n]*[Aa]ddress already in use|EADDRINUSE")),
            says(r"(?i:nginx[^\n]{0,60}bind\(\) to \S+?:(?P<port>\d+) failed \(98)"),
        ),
        cause="Two programs can't listen on port <port> of one network. Outside of a container, it's an earlier run "
        "of your program, or AirPlay on macOS, which has port 5000. Inside, the program was started twice, or the "
        "container shares its network with the host, as with `--network host`.",
        probe="`lsof -nP -iTCP:<port> -sTCP:LISTEN` names the other program; on Linux, `ss -ltnp`.",
        fix="flask run --host 0.0.0.0 --port 5001",
        advice="Or stop the other program. In a container, the container's port has to be the same in `-p`.",
        not_made="it happens before a container is there",
    ),
)
