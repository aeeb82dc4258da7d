"""What fails in a Dockerfile between stages, places and names."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.explain.cause import LAST_RESORT, Cause, Match, either, says
from workbench.explain.evidence import Evidence
from workbench.explain.probes import stages as probes
from workbench.settings import BASE_IMAGE

FAILED = says(
    r"(?:did not complete successfully: exit code: (?!137)|returned a non-zero code: (?!137)|"
    r"executor failed running [^\n]*exit code: (?!137)|building at STEP [^\n]*: exit status (?!137))(?P<code>\d+)"
)
# What Docker itself says around a step; any other line is the step's own.
FRAME = re.compile(
    r"\s*(?:ERROR: |(?:target [\w.-]+: )?failed to (?:solve|build)|STEP \d|Error: building at|"
    r"------|---->?|=> |> \[|\d+ \||Dockerfile(?::\d+)?$|\[\+\] Building|"
    r"The command '|Step \d+/\d+ : | ?---> |Removing intermediate|View build details|Sending build|RUN |\[\d+/\d+\]|"
    r"[$>#] |process \"|executor failed|CACHED|DONE|$)"
)


def only_the_end(evidence: Evidence) -> Match | None:
    """Recognise the end of a failed build without a line of what its step said; it counts where nothing else does."""
    found = FAILED(evidence)
    if found is None or not all(FRAME.match(line) for line in evidence.text.splitlines()):
        return None
    return replace(found, at=LAST_RESORT)


CAUSES = (
    Cause(
        key="copy-several",
        title="COPY of several files to a place that doesn't end with a slash",
        example="When using COPY with more than one source file, the destination must be a directory and end with a /",
        seen=says(r"When using (?P<word>COPY|ADD) with more than one source file, the destination must be a directory"),
        cause="<word> brings more than one file, so the place that it brings them to has to be a folder, and the way "
        "to say that is a slash at the end. A space in a file's name makes two files of one.",
        probe="Look at the last word of the line.",
        prove=probes.several,
        fix="<right_line>",
        otherwise="COPY *.py ./",
        advice='With your own files in front. For names with spaces, write a list: `COPY ["my file.py", "./"]`.',
    ),
    Cause(
        key="copy-over",
        title="COPY would put a folder in the place of a file",
        example="cannot copy to non-directory: /var/lib/docker/overlay2/x/merged/app",
        seen=says(r"cannot copy to non-directory: \S*?(?:/merged)?(?P<path>/[^/\s]+)(?:\s|$)"),
        cause="The image already has something at that path, a file or a link, and COPY brings a folder there. "
        "Often the file came from an earlier COPY whose last word had no slash.",
        probe="`docker run --rm IMAGE ls -ld <path>`",
        fix="COPY . ./",
        advice="End the place with a slash in the earlier COPY as well. If it's `node_modules` or `.venv`, put that "
        "into `.dockerignore`.",
        not_made="only BuildKit says so, and docker-py has none",
    ),
    Cause(
        key="no-such-stage",
        title="The Dockerfile has no stage of that name",
        example="failed to reach build target builder in Dockerfile",
        seen=either(
            says(r"failed to reach build target (?P<stage>\S+) in Dockerfile"),
            says(r"target stage \"?(?P<stage>[\w.-]+)\"? could not be found"),
            says(r"invalid from flag value (?P<stage>[\w.-]+):"),
            says(
                r"pull access denied[^\n]*",
                r"COPY (?:--\S+ )*--from=(?P<stage>[\w.-]+)",
                r"failed to resolve source metadata for docker\.io/library/(?P<also_stage>[\w.-]+)",
            ),
        ),
        cause="`--target` or `COPY --from` names the stage <stage>, and no FROM line is called so: the name is "
        "misspelt, or `AS <stage>` is missing. Docker then looks for an image of that name.",
        probe="`grep -i '^FROM' Dockerfile`",
        prove=probes.stages,
        fix=f"FROM {BASE_IMAGE} AS <stage>",
        advice="On the first line of the stage that is meant; capitals don't count. A stage that is copied from has "
        "to come first.",
    ),
    Cause(
        key="copy-from-stage",
        title="COPY finds no such file in the other stage",
        example='>>> COPY --from=builder /app/dist ./\nfailed to calculate checksum of ref x: "/app/dist": not found',
        seen=either(
            says(
                r"failed to (?:calculate checksum|compute cache key)[^\n]*\"/?(?P<file>[^\"\n]+)\"[^\n]*not found",
                r">>> +(?:COPY|ADD) [^\n]*--from=(?P<stage>[\w./:-]+)",
            ),
            says(
                r"COPY failed: (?:stat|file not found)[^\n]*",
                r"(?:^|\n)Step \d+/\d+ : (?:COPY|ADD) [^\n]*"
                r"--from=(?P<stage>[\w./:-]+) (?P<file>\S+)[^\n]*(?:\n(?!Step )[^\n]*){0,6}$",
            ),
        ),
        cause="The path <file> counts in the stage <stage>, not in the folder that you build. That stage wrote it "
        "elsewhere, or didn't write it.",
        probe="Build only that stage and look: `docker build --target <stage> -t look . && docker run --rm look ls /`",
        fix="docker build --target <stage> -t look .",
        advice="Then `docker run --rm look find / -xdev -name NAME` says where the file is: write that path after "
        "`--from`.",
        not_made="the classic builder words it like a missing file",
    ),
    Cause(
        key="copy-outside-buildkit",
        title="COPY asks for a file outside of the build context",
        example='>>> COPY ../degrees_api.py ./\nfailed to calculate checksum of ref x: "/degrees_api.py": not found',
        seen=says(
            r"failed to (?:calculate checksum|compute cache key)[^\n]*not found",
            r">>> +(?:COPY|ADD) (?:--\S+ )*(?P<file>\.\./\S+)",
        ),
        cause="A build only sees the build context, the one folder that you give it. <file> leads out of it, so "
        "BuildKit looks for it in that folder, and it isn't there.",
        probe="Look at the path after COPY: it begins with `..`.",
        fix="docker build -f Dockerfile ..",
        advice="That builds the folder above, in which the paths after COPY then count. Or copy the file into the "
        "folder that you build.",
        not_made="only BuildKit says so, and docker-py has none",
    ),
    Cause(
        key="base-name-empty",
        title="FROM got an empty name",
        example="base name ($BASE) should not be blank",
        seen=either(
            says(r"base name \((?P<base>[^)\n]*)\) should not be blank"),
            says(
                r"failed to parse stage name \"(?P<base>[^\"\n]*)\": invalid reference format",
                unless=r"stage name \"[\w./:-]*[A-Z]",
            ),
        ),
        cause="The name after FROM comes from a variable, and the variable is empty there. Only an ARG above the "
        "first FROM counts in a FROM line.",
        probe="Look for `ARG` above the FROM, and for `--build-arg` in your command.",
        prove=probes.base_by_variable,
        fix=f"ARG <variable>={BASE_IMAGE}",
        otherwise=f"ARG BASE={BASE_IMAGE}",
        advice="As the first line of the Dockerfile, with your variable's name.",
    ),
    Cause(
        key="instruction-words",
        title="An instruction of the Dockerfile isn't written as it should be",
        example='Syntax error - can\'t find = in "PORT". Must be of the form: name=value',
        seen=either(
            says(r"Syntax error - can't find = in \"(?P<value>[^\"\n]*)\""),
            says(
                r"(?:dockerfile parse error[^\n]*|Dockerfile[^\n]*)(?i:unknown flag: "
                r"(?P<value>(?!mount|chmod|link|network|security)[\w-]+))"
            ),
            says(r"unterminated heredoc|failed to process \"(?P<value>[^\"\n]*)\": (?:unexpected end|missing)"),
        ),
        cause="Docker read the instruction and stopped at <value>: ENV and LABEL take NAME=value without spaces "
        "around `=`, and a value with spaces needs quotes. An option comes right after the instruction's name.",
        probe="The message names the line.",
        prove=probes.misread,
        fix="<right_line>",
        otherwise='ENV PORT="5000"',
        advice="Docker's reference of the Dockerfile shows each instruction.",
    ),
    Cause(
        key="no-such-user",
        title="The image doesn't know that user",
        example="unable to find user appuser: no matching entries in passwd file",
        seen=either(
            says(r"unable to find (?:user|group) (?P<user>[\w.-]+):"),
            says(r"crun: the user '?(?P<user>[\w.-]+)'? does not exist"),
            says(
                r"invalid user: '?(?P<user>[\w.-]+?)(?::[\w.-]+)?'?(?:$|\s)",
                r"[Dd]ocker|RUN |did "
                r"not complete|Step \d|non-zero code",
            ),
            says(r"no matching entries in (?:passwd|group) file"),
        ),
        cause="`USER`, `--user` or `--chown` names <user>, and the image has no such user in /etc/passwd. Users of "
        "your machine don't exist in a container.",
        probe="`docker run --rm --user root --entrypoint cat IMAGE /etc/passwd` lists the image's users.",
        prove=probes.runs_as,
        fix="RUN useradd --create-home <user>",
        advice="In the Dockerfile, before USER; on Alpine, `adduser -D <user>`. Or give a number, as in `USER 1000`: "
        "a number needs no entry.",
    ),
    Cause(
        key="entrypoint-and-command",
        title="ENTRYPOINT and CMD both name the interpreter",
        example="python3: can't open file '/app/python3': [Errno 2] No such file or directory",
        seen=says(r"python[\d.]*: can't open file '(?P<folder>[\w./-]*?)(?P<program>python[\d.]*)': \[Errno 2\]"),
        cause="Docker puts CMD, or what you type after the image's name, behind ENTRYPOINT. Both begin with "
        "<program> here, so Python was told to run a file called <program>.",
        probe="`docker inspect --format '{{.Config.Entrypoint}} {{.Config.Cmd}}' IMAGE` shows it twice.",
        prove=probes.both_name_it,
        fix="CMD <list>",
        otherwise='CMD ["app.py"]',
        advice='With your file\'s name, next to `ENTRYPOINT ["<program>"]`. Or leave ENTRYPOINT out, and keep the '
        "whole command in CMD.",
    ),
    Cause(
        key="step-failed-above",
        title="A step of the build failed, and the reason is above this line",
        example='ERROR: failed to solve: process "/bin/sh -c pip install -r requirements.txt" did not complete '
        "successfully: exit code: 1",
        seen=only_the_end,
        cause="That's only the last line: it says that a RUN ended with exit code <code>. What the "
        "program in the step said, the reason, is in the lines above it.",
        probe="Build again and read the whole output: `docker build --progress=plain .`",
        fix="docker build --progress=plain . 2>&1 | ./tutorial explain",
        advice="Or paste the full log: all lines from the step on. Exit code 127 says that a program wasn't found, "
        "126 that it can't be executed, 100 comes from apt.",
        not_made="a step that fails here says why",
    ),
)
