"""What keeps a container from starting, or ends it at once."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, ended, says
from workbench.explain.probes import starting as probes

PATH = r"(?P<path>/?[\w.-]*/[\w./-]+)"
WORD = r"(?P<command>(?!docker\b|docker-compose\b|podman\b|sudo\b)[\w.+-]+)"
SHELL = r"(?:^|\n)(?:/bin/)?(?:ba|da|a)?sh: "
BINARY = r"(?:/usr|/bin|/sbin|/opt)/\S*"
OLD_EXEC = r"exec user process caused:? \"?"
# The words are the same whether the script's first line ends wrongly or names what isn't there.
cannot_exec = either(
    says(rf"exec(?: container process)? `?{PATH}`?: [Nn]o such file or directory(?:\n|$)", likely=True),
    says(rf"{OLD_EXEC}no such file or directory", likely=True),
)

CAUSES = (
    Cause(
        key="words-in-one",
        title="The command is one word with spaces in it",
        example='exec: "python degrees_api.py": executable file not found in $PATH: unknown',
        seen=says(r'exec: "(?P<command>[^"\n/ ]+ [^"\n]+)": executable file not found in \$PATH'),
        cause="The quotes go around all of <command>, so the whole of it was taken for the name of a program. In a "
        "list nobody splits it into words any more.",
        probe="`docker inspect --format '{{json .Config.Cmd}}' <image>` shows one pair of quotes around it all.",
        prove=probes.words_in_one,
        fix="CMD <list>",
        advice="One item for each word. In Python, the same for the list that `containers.run` gets.",
        follows=("option-after-image",),
    ),
    Cause(
        key="command-not-found",
        title="The image has no such program",
        example='exec: "pythn": executable file not found in $PATH: unknown',
        seen=either(
            says(r'exec: "(?P<command>[^-"\n/][^"\n/]*)": executable file not found in (?:\$PATH|%PATH%)'),
            says(rf"{SHELL}(?:line )?\d+: {WORD}: (?:command )?not found"),
            says(rf"(?:^|\n)/bin/(?:a|ba|da)?sh: {WORD}: not found"),
            says(r"executable file `(?P<command>[^`\n/]+)` not found in \$PATH"),
            says(
                r'process "/bin/sh -c (?P<command>[\w.-]+)(?: [^"&|;\n]*)?" did not complete success'
                r"fully: exit code: 127"
            ),
        ),
        follows=("sudo-in-build", "option-after-image", "git-bash-path"),
        otherwise="docker run --rm IMAGE ls /usr/local/bin /usr/bin",
        cause="The command begins with <command>, and the image has no program of that name: a slip, or it is not "
        "installed there. Exit code 127 says the same.",
        probe="`docker run --rm <image> which <command>` finds nothing.",
        prove=probes.no_command,
        fix="<right_name>",
        advice="If it has to be installed, that is a RUN in the Dockerfile. Alpine and some slim images have no bash: "
        "use `sh` there.",
    ),
    Cause(
        key="command-is-a-line",
        title="CMD is no list, so a shell got it, brackets and all",
        example="/bin/sh: 1: [python,: not found",
        seen=says(r"sh: (?:line )?\d+: (?P<word>\[[^\n:]*): (?:command )?not found"),
        cause="The list after CMD or ENTRYPOINT is not valid JSON: single quotes, or a comma forgotten. Docker then "
        "takes it for a line and gives it to a shell, which looks for a program named <word>.",
        probe='`docker inspect --format \'{{json .Config.Cmd}}\' <image>` begins with `"/bin/sh","-c"`.',
        prove=probes.read_as_line,
        fix="CMD <list>",
        advice="Double quotes around each word, commas between them.",
    ),
    Cause(
        key="path-not-found",
        title="The image has no such file to start",
        example='exec: "/app/start.sh": stat /app/start.sh: no such file or directory: unknown',
        seen=either(
            says(rf'exec: "{PATH}": stat [^\n:]+: no such file or directory'),
            says(rf"executable file `{PATH}` not found"),
        ),
        cause="The command is the path <path>, and the image has no file there. COPY may have put it elsewhere.",
        probe="`docker run --rm --entrypoint ls <image> -l <path>`",
        prove=probes.no_path,
        fix='CMD ["<place>"]',
        otherwise="COPY start.sh <path>",
    ),
    Cause(
        key="not-executable",
        title="The file is there, and may not be executed",
        example='exec: "/app/start.sh": permission denied: unknown',
        seen=either(
            says(rf'exec: "{PATH}": permission denied'),
            says(rf"{SHELL}(?:(?:line )?\d+: )?{PATH}: Permission denied"),
            says(rf"exec(?: container process)? `?{PATH}`?: [Pp]ermission denied"),
            says(r"exec user process caused:? \"?permission denied|crun: open executable: Permission denied"),
        ),
        cause="<path> has no permission to be executed, or is a folder. Exit code 126 says the same. COPY keeps the "
        "permissions that the file has on your machine.",
        probe="`docker run --rm --entrypoint ls <image> -ld <path>` shows no `x` in the first column.",
        prove=probes.not_executable,
        fix="RUN chmod +x <path>",
        advice="In the Dockerfile, after the COPY. Or `chmod +x` on your machine, then build again.",
    ),
    Cause(
        key="windows-lines",
        title="The script has the line ends of Windows",
        example="exec /start.sh: no such file or directory",
        seen=cannot_exec,
        cause="The file <path> is there. Its first line ends with a carriage return, as Windows writes it, so the "
        "system looks for an interpreter whose name ends with one.",
        probe="`file <path>` on your machine says `with CRLF line terminators`.",
        prove=probes.carriage_return,
        fix="RUN sed -i 's/\\r$//' <path>",
        advice="In the Dockerfile, after the COPY. Better, mend the file on your machine and add a line `*.sh text "
        "eol=lf` to `.gitattributes`, so that it stays so. On Windows, work in WSL 2.",
        certain=False,
    ),
    Cause(
        key="windows-line-ends",
        title="A shell or an interpreter stumbles over line ends of Windows",
        example="/usr/bin/env: 'python\\r': No such file or directory",
        seen=either(
            says(r"env: '?(?P<command>[\w.-]+)(?:\\r|\^M|\?)'?: No such file or directory"),
            says(r"(?:^|\n)(?P<path>[\w./-]+): (?:line )?\d+: \$'[^'\n]*\\r': command not found"),
            says(r"(?:^|\n|: )(?P<path>[\w./-]+): \S+?(?:\^M|\r): bad interpreter"),
            says(r"\S\^M: (?:bad interpreter|No such file|not found|command not found)"),
            # A terminal goes back to the start of the line at the carriage return, and what came before is gone.
            says(r"(?:^|\n): (?:No such file or directory|not found|command not found|invalid option)"),
            says(r"set: (?:Illegal option -|-: invalid option|pipefail: invalid option name)\s*(?:\n|$)"),
        ),
        cause="Each line of the script ends with a carriage return, as Windows writes it, and the system takes it "
        "for a part of the last word.",
        probe="`file <path>` on your machine says `with CRLF line terminators`.",
        prove=probes.carriage_return,
        fix="RUN sed -i 's/\\r$//' <path>",
        advice="In the Dockerfile, after the COPY. Better, correct the file on your machine and add a line `*.sh text "
        "eol=lf` to `.gitattributes`.",
        doctor=("line ends",),
    ),
    Cause(
        key="interpreter-missing",
        title="The script asks for an interpreter that the image hasn't",
        example="exec /start.sh: no such file or directory",
        seen=cannot_exec,
        cause="The file <path> is there. What is not there is the program that its first line, after `#!`, names.",
        probe="`docker run --rm --entrypoint head <image> -n 1 <path>` shows the line.",
        prove=probes.no_interpreter,
        fix="#!/bin/sh",
        advice="As the first line of the script, if it is one for a plain shell. Else install the interpreter with a "
        "RUN.",
        certain=False,
    ),
    Cause(
        key="other-processor",
        title="The image is made for another processor",
        example="exec /usr/local/bin/python: exec format error",
        seen=either(
            says(
                r"(?i:exec format error)",
                r"image(?:'s)? platform \([\w/]+\) does not match the (?:detected|expected)",
                sure=True,
            ),
            says(rf"exec(?: container process)? `?(?P<path>{BINARY})`?: [Ee]xec format error", sure=True),
            says(r"exec(?: container process)? `?(?P<path>/[^\s:`]+)`?: [Ee]xec format error", likely=True),
            says(rf"{OLD_EXEC}exec format error", likely=True),
            says(r"The requested image's platform \(\S+?\) does not match the detected host platform"),
        ),
        doctor=("architecture",),
        otherwise="docker build --platform linux/amd64 -t NAME .",
        cause="It was built for another kind of processor than this machine's: on a laptop with an ARM chip for a "
        "server with amd64, or the other way round.",
        probe="Compare `docker image inspect --format '{{.Architecture}}' <image>` with `docker version --format "
        "'{{.Server.Arch}}'`.",
        prove=probes.other_processor,
        fix="docker build --platform linux/<arch> -t <image> .",
        advice="Building for another processor than one's own needs BuildKit and an emulator, as Docker Desktop "
        "brings them. Or build on the machine where it is to run.",
        certain=False,
    ),
    Cause(
        key="no-shebang",
        title="The script doesn't say what is to run it",
        example="exec /start.sh: exec format error",
        seen=either(
            says(rf"exec (?P<path>(?!{BINARY})/[^\s:]+): exec format error", likely=True),
            says(rf"{OLD_EXEC}exec format error", likely=True, unless=r"image's platform"),
        ),
        cause="<path> is a script without a first line `#!...`. A shell that starts it makes up for that; a "
        "container, which starts it without one, does not.",
        probe="`docker run --rm --entrypoint head <image> -n 1 <path>` shows the first line.",
        prove=probes.no_shebang,
        fix="#!/bin/sh",
        advice="As the very first line of the script.",
        certain=False,
    ),
    Cause(
        key="name-in-use",
        title="A container has that name already",
        example='Conflict. The container name "/degrees" is already in use by container "4f66ad9a". You have to '
        "remove (or rename) that container to be able to reuse that name.",
        seen=says(r'[Tt]he (?:container )?name "/?(?P<container>[\w.-]+)" is already in use'),
        cause="A container named <container> exists, maybe one that has ended: it keeps its name until it is removed.",
        probe="`docker ps -a --filter name=<container>` shows it.",
        prove=probes.holds_the_name,
        fix="docker rename <container> <container>-old",
        advice="That frees the name and loses nothing. Or give the new container another name, or none: Docker makes "
        "one up. If the probe shows that the old one is yours and you don't need what it wrote, remove it: "
        "`docker rm <container>`. With `--rm`, a container is removed when it ends.",
    ),
    Cause(
        key="no-terminal",
        title="docker was to use a terminal, and there is none",
        example="the input device is not a TTY",
        seen=says(r"(?:the input device is not a TTY|cannot attach stdin to a TTY-enabled container)"),
        cause="`-t` asks for a terminal. A script, a job of CI and a cell with `!docker` have none.",
        probe="`tty` in the same place says `not a tty`.",
        prove=probes.no_terminal,
        fix="docker run --rm -i",
        advice="In place of `docker run --rm -it`. In a notebook, `terminal(container)` gives you one.",
    ),
    Cause(
        key="shell-without-input",
        title="The container ended at once: a shell with nobody to talk to",
        example="Exited (0) 2 seconds ago",
        seen=ended(0),
        cause="A container lives as long as its first process. This one started a shell, which found no input, had "
        "nothing to do, and ended.",
        probe="`docker inspect --format '{{.Config.Cmd}} {{.Config.OpenStdin}}' <container>` shows a shell and "
        "`false`.",
        prove=probes.nothing_to_read,
        fix="docker run --rm -it <image> <shell>",
        advice="In Python: `tty=True, stdin_open=True, detach=True`.",
        certain=False,
    ),
    Cause(
        key="mount-source",
        title="What was to be mounted isn't there",
        example='invalid mount config for type "bind": bind source path does not exist: /home/ada/data',
        seen=either(
            says(r"bind(?: mount)? source path does not exist: (?P<source>/[^\n\"]*[^\n\".])"),
            says(r"Error: statfs (?P<source>/[^\n:]+): no such file or directory"),
        ),
        cause="The engine looks for <source> on the machine that it runs on, and there is nothing there.",
        probe="`ls -d <source>`",
        prove=probes.no_source,
        fix="mkdir -p <source>",
        advice="If it is somewhere else, correct the path: it has to be the whole one, from `/` on.",
    ),
    Cause(
        key="mount-kinds",
        title="A folder was to be mounted over a file, or a file over a folder",
        example='error mounting "/home/ada/data" to rootfs at "/app/data.json": not a directory: unknown: Are you '
        "trying to mount a directory onto a file (or vice-versa)?",
        seen=says(
            r"Are you trying to mount a directory onto a file",
            r'mounting "(?P<source>/[^"\n]+)" to rootfs at "(?P<target>/[^"\n]+)"',
        ),
        cause="<source> on this machine and <target> in the container have to be of one kind. Where the file is "
        "missing on the machine, `-v` makes a folder of its name.",
        probe="`ls -ld <source>`, and `docker run --rm <image> ls -ld <target>`.",
        prove=probes.file_and_folder,
        fix="rmdir <source>",
        advice="That removes only a folder that is empty, as one made by `-v` is. Then put the file there. Else "
        "mount a folder over a folder, a file over a file.",
    ),
    Cause(
        key="volume-name",
        title="That is neither a path nor the name of a volume",
        example='create my data: "my data" includes invalid characters for a local volume name, only '
        '"[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
        follows=("git-bash-path",),
        seen=says(r'"(?P<source>[^"\n]+)" includes invalid characters for a local volume name'),
        cause="What stands before the colon of `-v` is a whole path, which begins with `/`, or the name of a volume. "
        "<source> is neither.",
        probe="Look at its first character.",
        prove=probes.neither,
        fix="<path>",
        advice='That goes before the colon. `"$PWD"` is the folder that you are in.',
    ),
    Cause(
        key="memory-too-small",
        title="The memory limit is smaller than Docker allows",
        example="Minimum memory limit allowed is 6MB",
        seen=says(r"Minimum memory limit allowed is (?P<least>\d+)MB"),
        cause="A container gets at least <least> MB. A number without a unit counts bytes.",
        probe="Look at the unit: `-m 512` means 512 bytes, `-m 512m` 512 MB.",
        prove=probes.no_unit,
        fix="-m 512m",
        advice='In Python: `mem_limit="512m"`.',
    ),
)
