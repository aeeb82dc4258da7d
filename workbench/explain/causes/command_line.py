"""What the docker command can't read: words that are missing, or in the wrong place."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.explain.probes import command_line as probes
from workbench.settings import APP_PORT, LOOPBACK

TAG = r"\bbuild\b[^\n]*? (?:-t|--tag)[ =](?P<tag>[\w./:-]+)"
FOLDER = r"\$\(pwd\)|\$\{?PWD\}?|%cd%|`pwd`"
UNQUOTED = rf"(?:-v|--volume|--mount|src|source)[ =](?:\S*(?:src|source)=)?(?:{FOLDER})"
BAD_NAME = r"invalid reference format"

CAUSES = (
    Cause(
        key="build-no-folder",
        title="docker build doesn't say which folder to build",
        example='"docker build" requires exactly 1 argument.',
        seen=either(
            says(r"docker (?:buildx |image )?build[\"']? requires (?:exactly )?1 argument", also=(TAG,)),
            says(r"no context directory and no Containerfile specified|must specify a context directory", also=(TAG,)),
        ),
        cause="The last word of `docker build` is the folder to build, the build context. Yours is missing: you "
        "probably forgot the dot at the end, which means the folder that you're in.",
        probe="Count the words after the options: `docker build` takes one.",
        prove=probes.typed,
        fix="docker build -t <tag> .",
        advice="A name with a space in it counts as two words. The dot and the space before it are p"
        "art of the command.",
    ),
    Cause(
        key="command-words",
        title="A docker command got too many words, or too few",
        example='"docker run" requires at least 1 argument.',
        seen=says(
            r"[\"'](?P<command>docker(?! build| buildx build| image build)[\w -]+)[\"'] "
            r"(?:requires|accepts) (?P<number>(?:exactly |at least |at most |no |between )?[\w ]{0,20}) ?arguments?"
        ),
        cause="`<command>` takes <number> arguments after its options, and the line has more or fewer. An option "
        "without its value, an empty variable, or a space in a path changes the count.",
        probe="`<command> --help` shows the order: options first, then the arguments.",
        prove=probes.typed,
        fix="docker run --help",
        advice='Put quotes around each value with a space or a variable in it, as in `"$PWD"`.',
    ),
    Cause(
        key="publish-address",
        title="-p needs an IP address in front of the ports, not a name",
        example="docker: invalid IP address: localhost",
        seen=says(
            r"(?i:invalid ip(?: ?address)?): (?P<address>[\w.-]+)",
            also=(r"-p \S*?[a-z]:(?P<port>\d+):(?P<inside>\d+)",),
        ),
        cause="`-p` reads the part before the first colon as an IP address. <address> is a name, not an address: "
        "write the number.",
        probe="Look at the value of `-p`: ADDRESS:HOST-PORT:CONTAINER-PORT.",
        prove=probes.typed,
        fix=f"-p {LOOPBACK}:<port>:<inside>",
        otherwise=f"-p {LOOPBACK}:{APP_PORT}:{APP_PORT}",
        advice=f"{LOOPBACK} is the number of `localhost`. In Compose, the same goes under `ports:`.",
    ),
    Cause(
        key="publish-format",
        title="Docker can't read the ports to publish",
        example="docker: invalid containerPort: 5000:",
        seen=either(
            says(r"(?i:invalid (?:containerPort|hostPort|port|proto)(?: number)?): ?(?P<value>\S*)"),
            says(
                r"(?i:invalid ranges? (?:format|specified) for|invalid publish opts format|invalid "
                r"port specification|no port specified:)"
            ),
            says(
                r"(?i:is invalid: .{0,40}should be of the format|ports contains an invalid type|invalid port mapping)"
            ),
        ),
        cause="`-p` takes HOST-PORT:CONTAINER-PORT, two numbers from 1 to 65535 with one colon between them. Yours "
        "has a word, a space, an empty variable or a colon too many.",
        probe="Read the value of `-p` as the shell hands it on: `echo` the line.",
        prove=probes.typed,
        fix=f"-p {LOOPBACK}:{APP_PORT}:{APP_PORT}",
        advice='In Compose, put quotes around it, as in `"5000:5000"`.',
    ),
    Cause(
        key="option-after-image",
        title="An option comes after the image's name",
        example='exec: "-p": executable file not found in $PATH: unknown',
        seen=says(
            r'exec: "(?P<option>--?[A-Za-z][\w-]*)[^"\n]*": (?:executable file not found|stat )',
            also=(r"docker (?:container )?run (?P<image>[\w./:-]*[\w]) -",),
        ),
        cause="Options go before the image's name. What comes after the image's name is the command for the "
        "container, so Docker looked for a program called <option>.",
        probe="Read the line again: what comes after the image's name?",
        prove=probes.typed,
        fix="docker run <option> VALUE <image>",
        advice="In place of VALUE, put what stood behind the option; a switch such as `--rm` has no value.",
    ),
    Cause(
        key="path-with-spaces",
        title="A path without quotes was split into words",
        example="docker run -v $(pwd):/code degrees_api\ndocker: invalid reference format.",
        seen=either(
            says(BAD_NAME, UNQUOTED, also=(rf"(?:{FOLDER}):(?P<target>/[\w./-]+)",), sure=True),
            says(r"docker: invalid reference format", unless=r"invalid (?:tag|argument) \"", likely=True),
        ),
        cause="The folder that you're in has a space in its path, and `$(pwd)` isn't in quotes. The shell splits it "
        "into words, and Docker takes the second one for the image's name. In cmd, nothing replaces `$(pwd)` at all.",
        probe="`pwd` shows the path.",
        prove=probes.folder_has_spaces,
        fix='-v "$(pwd)":<target>',
        advice='In PowerShell: `-v "${PWD}:/code"`. In cmd: `-v "%cd%:/code"`. Put every value with a variable in '
        "it into quotes, and leave no space around `=` and `:`.",
        certain=False,
    ),
    Cause(
        key="value-as-image",
        title="Docker took the value of an option for the image",
        example="Unable to find image '501:20' locally\npull access denied for 501, repository does not exist",
        seen=says(
            r"pull access denied for (?P<word>\d+|-\S+|[A-Z_]+=\S*|\w+=\S*), repository does not exist",
        ),
        cause="The first word that isn't an option or the value of one is the image's name, and Docker found <word> "
        "there. An option before it has no value, or has a space too many.",
        probe="Read the line from the left: which option does <word> belong to?",
        fix="docker run --user 501:20 IMAGE",
        advice="An option and its value are two words, or one with `=` and no spaces. An empty variable leaves an "
        "option without its value: put quotes around it. The image's name comes after all options.",
        not_made="the words are Docker Hub's answer",
    ),
    Cause(
        key="volume-format",
        follows=("git-bash-path",),
        title="Docker can't read the folders to mount",
        example='invalid volume specification: "/data"',
        seen=either(
            says(r"(?i:invalid (?:bind mount spec|volume specification|spec)):? ?\"?(?P<value>[^\"\n]*)"),
            says(
                r"(?i:invalid mount path: .{0,100}mount path must be absolute|invalid mount config|"
                r"the working directory '[^'\n]+' is invalid, it needs to be an absolute path|"
                r"invalid mode: /|empty section between colons|invalid argument \"[^\"\n]*\" for \"--mount\")",
                unless=r"bind(?: mount)? source path does not exist|Program Files",
            ),
        ),
        cause="`-v` takes FOLDER-HERE:FOLDER-IN-THE-CONTAINER, both whole paths, with one colon between them. A "
        "Windows path brings a colon of its drive, and an empty variable leaves nothing before the colon.",
        probe="`echo` the value of `-v` as the shell hands it on.",
        prove=probes.typed,
        fix='-v "$PWD":/app',
        advice='On Windows, in PowerShell: `-v "${PWD}:/app"`; in Git Bash: `-v "/$PWD":/app`. With `--mount '
        "type=bind,source=...,target=...`, colons don't matter.",
    ),
    Cause(
        key="no-command",
        title="Neither the image nor the line says what to run",
        example="docker: Error response from daemon: No command specified.",
        seen=says(r"(?:daemon|docker|Error): [^\n]{0,60}[Nn]o command specified"),
        cause="The image has no CMD and no ENTRYPOINT, and the line has no command after the image's name.",
        probe="`docker inspect --format '{{.Config.Cmd}} {{.Config.Entrypoint}}' IMAGE`",
        prove=probes.image_says_nothing,
        fix='CMD ["python", "app.py"]',
        advice="In the Dockerfile, with your program's name. Or give the command after the image's name.",
    ),
    Cause(
        key="login-without-terminal",
        title="docker login wants to ask for the password, and has no terminal",
        example="Error: Cannot perform an interactive login from a non TTY device",
        seen=says(r"(?i:cannot perform an interactive login from a non[- ]TTY device)"),
        cause="A notebook, a script and a CI job have no terminal to type the password into.",
        probe="`tty` in the same place says `not a tty`.",
        fix="docker login --username NAME --password-stdin <token.txt",
        advice="With an access token in the file; keep it out of the image and out of git. In a notebook: "
        "`client.login(...)` with `getpass.getpass()`. In Git Bash, put `winpty` before `docker`.",
        not_made="the fix needs an account of yours",
    ),
)
