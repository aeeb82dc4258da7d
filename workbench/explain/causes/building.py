"""What fails in a build by the Dockerfile or the build context."""

from __future__ import annotations

from dataclasses import replace

from workbench.engine.build_retry import MISSING_LAYER
from workbench.explain.cause import Cause, Match, either, says, where
from workbench.explain.evidence import Evidence
from workbench.explain.probes import building as probes

missing = either(
    says(
        r"(?:COPY|ADD) failed: file not found in build context or excluded by \.dockerignore: stat (?P<file>[^\n:]+):"
    ),
    says(r"failed to calculate checksum of ref \S+ \"/?(?P<file>[^\n\"]+)\": not found"),
    says(r"failed to compute cache key: \"/?(?P<file>[^\n\"]+)\" not found"),
    says(r"(?:COPY|ADD) failed: stat /var/lib/docker/\S*?/docker-builder\d+/(?P<file>[^\n:]+): no such file"),
    says(r"(?:COPY|ADD) failed: (?:CreateFile|GetFileAttributesEx) \S*\\(?P<file>[^\\\s]+): The system cannot"),
    says(r"(?:COPY|ADD) failed: no source files were specified", also=(r"Step \d+/\d+ : (?:COPY|ADD) (?P<file>\S+)",)),
    says(r"(?:lstat|stat) /var/lib/docker/tmp/(?:buildkit-mount|docker-builder)\d+/(?P<file>[^\n:]+): no such file"),
    says(r"failed to solve[^\n]*: lstat /var/lib/\S+/(?P<file>[^/\n:]+): no such file"),
    says(r"(?:COPY|ADD) failed: no such file or directory", also=(r"Step \d+/\d+ : (?:COPY|ADD) (?P<file>\S+)",)),
    says(r"copier: stat: \"/?(?P<file>[^\n\"]+)\": no such file"),
    says(r"no items matching glob \"\S*?/?(?P<file>[^/\n\"]+)\" copied"),
)
# Of BuildKit's checks, by its own name; and Buildah's way to say it.
ignored = says(
    r"(?:CopyIgnoredFile: Attempting to Copy file \"(?P<file>[^\"\n]+)\"|filtered out using \S*ignore)", sure=True
)

NO_NAME = r"invalid reference format|(?<!format: )repository name (?:\([^)\n]*\) )?must be lowercase"


def warned(evidence: Evidence) -> Match | None:
    """Recognise the warning, at the place of the error that came of it."""
    warning, error = ignored(evidence), missing(evidence)
    return replace(warning, at=error.at) if warning and error else warning


MISSING = Cause(
    key="copy-missing",
    title="COPY finds no such file in the build context",
    example="COPY failed: file not found in build context or excluded by .dockerignore: stat degrees.py: file does "
    "not exist",
    seen=missing,
    cause="There is no <file> in the folder that was given to the build. Paths count from that folder, whatever the "
    "current folder is, and capitals count.",
    probe="`ls` the folder that you gave to the build.",
    prove=probes.not_there,
    fix="COPY <right_name> ./",
    follows=("copy-from-stage", "copy-outside-buildkit"),
    advice="Or move the file into that folder. In Python, `show_context(folder)` lists what a build gets to see.",
)
UNKNOWN = Cause(
    key="unknown-instruction",
    title="The Dockerfile has an instruction that doesn't exist",
    example="dockerfile parse error line 3: unknown instruction: RUNN",
    seen=says(r"(?:dockerfile parse error (?:on )?line (?P<line>\d+): )?[Uu]nknown instruction: (?P<word>[^\s(\"]+)"),
    cause="Each line begins with the name of an instruction, and <word> is none. Either it is misspelt, or the line "
    "before should have ended with a backslash.",
    probe="Look at line <line> of the Dockerfile, and at the one before it.",
    prove=probes.misspelt_instruction,
    fix="<right_name>",
    otherwise="RUN first-command && \\\n    second-command",
)
CAUSES = (
    replace(
        MISSING,
        key="copy-ignored",
        title="COPY asks for a file that .dockerignore keeps at home",
        example="COPY failed: file not found in build context or excluded by .dockerignore: stat config.ini: file "
        "does not exist",
        cause="The file <file> is there, and a line of `.dockerignore` takes it out of what the build gets to see.",
        seen=either(warned, missing),
        probe="`cat .dockerignore`, and look for a line that fits the name.",
        prove=probes.ignored,
        fix="echo '!<file>' >>.dockerignore",
        advice="Type it in the folder that is built. A line with `!` makes an exception from the lines before it.",
        certain=False,
    ),
    MISSING,
    Cause(
        key="copy-outside",
        title="COPY asks for a file outside of the build context",
        example="COPY failed: forbidden path outside the build context: ../degrees_api.py ()",
        seen=says(r"(?:COPY|ADD) failed: [Ff]orbidden path outside the build context: (?P<file>\S+)"),
        cause="A build gets to see one folder and what is in it. <file> leads out of it.",
        probe="Look at the path after COPY: it begins with `..`.",
        prove=probes.outside,
        fix="cp <file> .",
        advice="Type it in the folder that is built, then write the plain name after COPY.",
    ),
    replace(
        UNKNOWN,
        key="line-not-continued",
        title="A line of the Dockerfile should have gone on, and was taken for an instruction",
        example="dockerfile parse error line 3: unknown instruction: WERKZEUG==2.2.3",
        cause="Each line begins with the name of an instruction, and <word> is none. It was meant to go on from the "
        "line before, which has to end with a backslash for that.",
        prove=probes.not_continued,
        fix="<right_line>",
        advice="Only blanks may follow the backslash; a comment may not.",
        certain=False,
    ),
    UNKNOWN,
    Cause(
        key="instruction-arguments",
        title="An instruction of the Dockerfile has the wrong number of words",
        example="dockerfile parse error line 2: COPY requires at least two arguments, but only one was provided. "
        "Destination could not be determined",
        seen=says(
            r"(?:dockerfile parse error (?:on )?line (?P<line>\d+): )?(?P<word>[A-Z]+) (?:requires|must have) "
            r"(?P<number>exactly \w+|at least \w+|either one or three|two) arguments?"
        ),
        cause="<word> takes <number> arguments. COPY, for one, needs what to copy, and where to in the image.",
        probe="Look at line <line> of the Dockerfile, and count the words after <word>.",
        prove=probes.too_few_words,
        fix="<right_line>",
        otherwise="COPY app.py ./",
        advice="After COPY, `./` is the working directory in the image, as WORKDIR sets it.",
    ),
    Cause(
        key="no-dockerfile",
        title="There is no Dockerfile where the build looks for it",
        example="Cannot locate specified Dockerfile: Dockerfile",
        seen=either(
            says(r"Cannot locate specified Dockerfile: \S+"),
            says(r"unable to evaluate symlinks in Dockerfile path: \w+ \S+: no such file or directory"),
            says(r"failed to read dockerfile: (?:failed to [^\n]*)?open \S+: no such file or directory"),
            says(
                r"no Containerfile or Dockerfile specified or found|failed to read dockerfile: read \S+: is a directory"
            ),
        ),
        cause="The build looks for a file named `Dockerfile`, without an ending, in the folder that it is given. "
        "Windows likes to make `Dockerfile.txt` of it.",
        probe="`ls -a` in the folder that you gave to the build.",
        prove=probes.no_dockerfile,
        fix="mv <name> Dockerfile",
        advice="Or keep the other name and give it: `docker build -f <name> .`",
    ),
    Cause(
        key="empty-dockerfile",
        title="The Dockerfile has no instruction in it",
        example="the Dockerfile (Dockerfile) cannot be empty",
        seen=either(
            says(r"the Dockerfile \([^\n)]*\) cannot be empty"),
            says(r"(?:failed to parse Dockerfile|dockerfile parse error): file with no instructions"),
        ),
        cause="The file is empty, or holds comments only. Perhaps the editor has not saved it.",
        probe="`cat Dockerfile`",
        prove=probes.no_instruction,
        fix="FROM python:3.8.10",
        advice="That is the line with which a Dockerfile begins.",
    ),
    Cause(
        key="no-from",
        title="The Dockerfile doesn't begin with FROM",
        example="no build stage in current context",
        seen=says(r"no build stage in current context"),
        cause="Every image starts from another one, so the first instruction is FROM. Only comments and ARG may "
        "stand before it.",
        probe="Look at the first line of the Dockerfile.",
        prove=probes.no_beginning,
        fix="FROM python:3.8.10",
    ),
    Cause(
        key="invalid-name",
        title="That is no name for an image",
        example="invalid reference format: repository name must be lowercase",
        seen=either(
            says(r"invalid tag ['\"](?P<image>[^'\"\n]*)['\"]: (?:invalid reference format|repository name)"),
            says(r"invalid argument \"(?P<image>[^\"\n]*)\" for \"-t, --tag\" flag: invalid reference format"),
            says(r"failed to parse stage name \"(?P<image>[^\"\n]*)\""),
            where(lambda evidence: evidence.raised, says(NO_NAME)),
            # Without the name, a path that was split into words is as likely.
            says(NO_NAME, sure=False, likely=True),
        ),
        cause="A name has lower-case letters and digits, with single `.`, `_` or `-` between them; `/` parts its "
        "parts, one `:` stands before the tag, and there are no spaces. Only the tag may have capitals.",
        probe="Read the name as the engine got it. An empty variable, as in `$USERNAME/degrees_api`, leaves a name "
        "that begins with `/`: `echo` it.",
        prove=probes.breaks_the_rule,
        fix="<right_name>",
        otherwise="docker run IMAGE",
        advice="In place of IMAGE, the name in lower-case letters. If the name is fine, a space is where none should "
        "be, and Docker took the word after it for the name: put quotes around values with spaces or variables, such "
        'as `"$PWD"`.',
        follows=("base-name-empty",),
    ),
    Cause(
        key="needs-buildkit",
        title="The Dockerfile needs the other builder",
        example="the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to "
        "build images with BuildKit enabled",
        seen=says(
            r"the --(?P<option>\w+) option requires BuildKit|nknown flag: (?P<flag>mount|chmod|link|network|security)"
        ),
        cause="Docker has two builders. docker-py speaks to the classic one, which doesn't know the option "
        "`--<option>`; BuildKit, which the command line uses where it is installed, does.",
        probe="Look for `--<option>` in the Dockerfile.",
        prove=probes.uses_option,
        fix="<plain_line>",
        otherwise="DOCKER_BUILDKIT=1 docker build -t NAME .",
        advice="That is the line without the option. For `--chmod`, add a line `RUN chmod`. Or build with BuildKit, "
        "on the command line.",
    ),
    Cause(
        key="step-vanished",
        title="A step was removed while the build was about to use it",
        example='unable to find image "sha256:b005acde30a5cc41cc1aa19d2cd5bd771fc9eff9e80fdff9bbfdb4c3bc6eddcf"',
        seen=says(MISSING_LAYER),
        cause="The builder found a finished step in its cache. In that moment somebody removed the last image with "
        "this step: you in another notebook, or somebody else on this engine. Nothing is broken.",
        probe="`docker events --since 2m --until 0s --filter type=image --filter event=delete` lists what was removed "
        "in the last two minutes.",
        prove=probes.removed_meanwhile,
        fix="nocache=True",
        advice="Mostly it is enough to build again. With this argument of `build`, on the command line `--no-cache`, "
        "the build takes no step from the cache, so none can vanish.",
        certain=False,
    ),
    Cause(
        key="context-unreadable",
        title="You may not read a file of the build context",
        example="Can not read file in context: /home/ada/project/key.pem",
        seen=either(
            says(r"Can not read file in context: (?P<file>[^\n]+)"),
            says(r"error checking context: (?:no permission to read from|can't stat) '(?P<file>[^'\n]+)'"),
            says(r"error from sender: (?:open|walk|readdir|lstat) (?P<file>[^\n:]+): permission denied"),
        ),
        cause="The classic builder is sent all of the folder, and <file> can't be read by you.",
        probe="`ls -l <file>` shows whose it is.",
        prove=probes.unreadable,
        fix="echo <name> >>.dockerignore",
        advice="Type it in the folder that is built: what stays at home need not be read.",
    ),
    Cause(
        key="no-such-folder",
        title="The folder to build is no folder",
        example="TypeError: You must specify a directory to build in path",
        seen=either(
            says(r"You must specify a directory to build in path"),
            says(r"unable to prepare context: path \"(?P<folder>[^\"\n]+)\" not found"),
            says(r"resolve : lstat (?P<folder>\S+): no such file or directory"),
        ),
        cause="`path=` names the folder that holds the Dockerfile, not the Dockerfile, and counts from the folder in "
        "which the notebook runs.",
        probe="`ls -d <folder>`",
        prove=probes.no_folder,
        fix="path=<right_folder>",
        advice='The notebook runs in `notebooks`, so the app is in `"../app"`.',
    ),
)
