"""What Compose can't read or start."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says

OTHERS = r"kubectl|\bhelm\b|converting YAML to JSON|ansible|swagger"
NO_COMPOSE = "needs the Compose plugin, which not every machine has"

CAUSES = (
    Cause(
        key="compose-key",
        title="Compose doesn't know a key of the file",
        example="(root) Additional property db is not allowed",
        seen=either(
            says(
                r"(?<![\w.()-])(?P<where>[\w.()-]{1,80}):? [Aa]dditional propert(?:y|ies) "
                r"'?(?P<word>[\w.-]+)'?(?: is| are| was| were)? not allowed",
                unless=OTHERS,
            ),
            says(r"[Uu]nsupported config option for (?P<where>[\w.-]+)(?: service)?: '(?P<word>[\w.-]+)"),
            says(r"[Ii]nvalid top-level property \"?(?P<word>[\w.-]+)"),
        ),
        cause="`<word>` isn't allowed at the place <where>. At (root), the line `services:` above your services is "
        "missing, or they aren't indented under it. Else the key is misspelt, has too little or too much "
        "indentation, or this Compose is too old to know it.",
        probe="`docker compose config` names the place, `docker compose version` the version.",
        fix="services:\n  <word>:\n    image: IMAGE",
        advice="That is how a file begins, with two spaces more on each level. An old `docker-compose` also wants a "
        'line `version: "3"`: upgrade to a newer version, the plugin `docker compose`, which knows today\'s keys.',
        not_made=NO_COMPOSE,
    ),
    Cause(
        key="compose-yaml",
        title="The Compose file isn't valid YAML",
        example="yaml: line 5: did not find expected key",
        seen=says(
            r"(?:yaml: line (?P<line>\d+)|in \"\S*compose\S*\.ya?ml\", line (?P<also_line>\d+)|yaml\.scanner\.\w+)"
            r"[^\n]*|top-level object must be a mapping",
            r"(?i:compose|mapping values are not allowed|did not find expected|cannot start any "
            r"token|must be a mapping)",
            unless=OTHERS,
        ),
        cause="Near line <line>, the indentation is off: a tab in place of spaces, a dash or a colon without a space "
        "after it, or a value with a colon that needs quotes.",
        probe="`docker compose config` names the line; look at the line before it, too.",
        fix='ports:\n  - "5000:5000"',
        advice='Indent by two spaces, never by tabs, and put quotes around ports: `"5000:5000"`.',
        not_made=NO_COMPOSE,
    ),
    Cause(
        key="compose-no-file",
        title="There is no Compose file in this folder",
        example="no configuration file provided: not found",
        seen=either(
            says(r"no configuration file provided: not found"),
            says(r"Can't find a suitable configuration file in this directory"),
            says(r"open (?P<file>\S*compose\S*\.ya?ml): (?:no such file|The system cannot find)"),
        ),
        cause="Compose looks for compose.yaml or docker-compose.yml in the folder that you're in, and in those above.",
        probe="`ls -a` in the folder that you're in.",
        fix="docker compose -f PATH/compose.yaml up",
        advice="Or `cd` into the folder with the file first. On Windows, it may be called `docker-compose.yml.txt`.",
        not_made=NO_COMPOSE,
    ),
    Cause(
        key="compose-undefined",
        title="A service names something that the Compose file doesn't define",
        example='service "web" depends on undefined service "db": invalid compose project',
        seen=either(
            says(
                r"[Ss]ervice \"?(?P<service>[\w.-]+)\"? (?:depends on|refers to) (?:an )?undefined (?P<kind>\w+) "
                r"\"?(?P<word>[\w.-]+)"
            ),
            says(
                r"Named volume \"(?P<word>[\w.-]+)[^\"\n]*\" is used in service \"(?P<service>[\w.-]+)\" but no "
                r"declaration"
            ),
            says(r"no such service: (?P<word>[\w.-]+)"),
            says(r"service \"(?P<service>[\w.-]+)\" has neither an image nor a build context"),
        ),
        cause="The service <service> uses <word>, and the file has nothing of that name at the place where it is "
        "looked for: a slip, or a missing entry.",
        probe="`docker compose config --services` and `--volumes` list the names.",
        fix="volumes:\n  <word>:",
        advice="At the left edge of the file, for a volume; for a network under `networks:`. A service needs an entry "
        "under `services:` with an `image:` or a `build:`.",
        not_made=NO_COMPOSE,
    ),
    Cause(
        key="compose-dependency",
        title="A service that others wait for doesn't get ready",
        example="dependency failed to start: container shop-db-1 is unhealthy",
        seen=either(
            says(
                r"dependency failed to start: container (?:for service "
                r")?\"?(?P<container>[\w.-]+)\"? (?:is unhealthy|exited)"
            ),
            says(r"Container \"(?P<container>[\w.-]+)\" is unhealthy"),
        ),
        cause="`depends_on` makes Compose wait for <container>, and that one ended, or its `healthcheck:` failed. The "
        "reason is in that container's log; this line only follows from it.",
        probe="`docker compose ps -a` shows its state, `docker inspect --format '{{json .State.Health}}' <container>` "
        "what the check said.",
        fix="docker logs <container>",
        advice="Often it's a password or a variable that the database wants, an old volume, or a check that asks too "
        "early: give it a `start_period:`. `./tutorial explain <container>` looks into it.",
        not_made=NO_COMPOSE,
    ),
    Cause(
        key="env-file-missing",
        title="The file with the variables isn't there",
        example="env file /home/ada/app/.env not found",
        seen=either(
            says(r"(?i:env file (?P<file>\S+) not found|couldn't find env file: (?P<also_file>\S+))"),
            says(r"docker: open (?P<file>\S*env\S*): no such file or directory"),
        ),
        cause="`env_file:` or `--env-file` names <file>, and there is no such file. Projects leave it out of git, "
        "since it holds passwords, and bring an example to copy.",
        probe="`ls -a` in the folder of the Compose file.",
        fix="cp .env.example .env",
        advice="Then fill in your own values. If there's no example, the project's README lists the variables.",
        not_made=NO_COMPOSE,
    ),
    Cause(
        key="compose-python",
        title="The old docker-compose doesn't run with today's Python packages",
        example="/usr/bin/docker-compose: ModuleNotFoundError: No module named 'distutils'",
        seen=either(
            says(
                r"(?:No module named 'distutils|Not supported URL scheme http\+docker|unexpected keyword argument "
                r"'(?:chunked|ssl_version)'|'HTTPResponse' object has no attribute 'strict')",
                r"docker-compose(?:==1\.| up| build| \w+)|/compose/(?:cli|project)|bin/docker-compose",
            ),
            says(r"kwargs_from_env\(\) got an unexpected keyword argument"),
        ),
        cause="`docker-compose` with a hyphen is Compose 1, a Python program that ended in 2023. It needs "
        "distutils, which Python 3.12 no longer has, and older versions of requests and urllib3.",
        probe="`docker-compose --version` says 1.x.",
        fix="docker compose up",
        advice="With a space: Compose 2 is a plugin of the docker command, and reads the same files. Install "
        "`docker-compose-plugin` (Docker's packages) or `docker-compose-v2` (Ubuntu).",
        not_made="needs a Compose that ended in 2023",
    ),
)
