"""Chapter 03's exercises."""

from __future__ import annotations

import pytest

from workbench.checks import write_dockerfile
from workbench.settings import APP_PORT, BASE_IMAGE

from .catalogue import IN_VAIN, Catalogue, State
from .exercise_workspace import LISTENS, ExerciseWorkspace
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker
CATALOGUE = Catalogue(write_dockerfile)
SUM = "no-leftovers"
USER = "plain-user"
SRV = "program-in-srv"

CATALOGUE.equivalent = {
    """with engine.trial(image, ["true"]) as container: | 'true' -> 'trueX'""": "the container is never started",
    "if not problem and (weight := read(engine.client, name).added) > SPARE: | "
    "(weight := read(engine.client, name).added) > SPARE -> (weight := read(engine.client, name).added) >= SPARE": (
        "no image has to weigh that to the byte"
    ),
}

MAKE = "head -c 5000000 /dev/zero > /big"
TAKE = "sha256sum /big > /sum"
IN_SRV = 'COPY degrees_api.py /srv/\nCMD ["python", "/srv/degrees_api.py"]\n'
AS_USER = 'COPY degrees_api.py /\nUSER {}\nCMD ["python", "/degrees_api.py"]\n'
NO_FLASK = "import flask\n"
NO_URL_QUOTE = """raise ImportError("cannot import name 'url_quote' from 'werkzeug.urls'")\n"""
DOES_NOTHING = "import time; time.sleep(600)\n"


@CATALOGUE.right(SUM)
def sum_of_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.solve("03_write_dockerfile", SUM)


@CATALOGUE.right(SUM)
def sum_by_cli(workspace: ExerciseWorkspace) -> None:
    (workspace.folder / "Dockerfile").write_text(f"FROM {BASE_IMAGE}\nRUN {MAKE}; {TAKE}; rm /big\n")
    workspace.docker("build", "-q", *workspace.marks, "-t", f"{workspace.repository}:sum", ".")


@CATALOGUE.right(SUM)
def sum_with_a_tag_and_in_capitals(workspace: ExerciseWorkspace) -> None:
    line = "sha256sum --tag /big | tr a-f A-F > /sum"
    workspace.put(f"RUN {MAKE} && {line} && rm /big\nCMD []\n", tag="sum")


@CATALOGUE.right(SUM)
def sum_by_cksum(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN {MAKE} && cksum /big > /sum && rm /big\n", tag="sum")


@CATALOGUE.right(SUM)
def sum_in_base64(workspace: ExerciseWorkspace) -> None:
    code = (
        "import base64, hashlib; print(base64.b64encode(hashlib.sha256(open('/big', 'rb').read()).digest()).decode())"
    )
    workspace.put(f'RUN {MAKE} && python -c "{code}" > /sum && rm /big\n', tag="sum")


@CATALOGUE.wrong(SUM, "that of an empty file.")
def sum_by_cksum_taken_too_early(workspace: ExerciseWorkspace) -> None:
    workspace.put("RUN cksum /dev/null > /sum\n", tag="sum")


@CATALOGUE.wrong(SUM, "that of an empty file.")
def sum_by_sum_taken_too_early(workspace: ExerciseWorkspace) -> None:
    workspace.put("RUN sum /dev/null > /sum\n", tag="sum")


@CATALOGUE.right(SUM)
def sum_without_a_file_and_with_something_else(workspace: ExerciseWorkspace) -> None:
    lines = "head -c 5000000 /dev/zero | md5sum > /sum", "head -c 900000 /dev/zero > /else", "touch /more"
    workspace.put("".join(f"RUN {line}\n" for line in lines) + "CMD exit\n", tag="sum")


@CATALOGUE.wrong(SUM, "degrees_api:sum. Which argument of the build gives the name?")
def sum_nothing(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(SUM, "Which argument of the build gives the name?")
def sum_under_another_name(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN {MAKE} && {TAKE} && rm /big\n", tag="latest")


@CATALOGUE.wrong(SUM, "the image does not start from python:3.8.10. What does the FROM line say?")
def sum_of_another_base(workspace: ExerciseWorkspace) -> None:
    workspace.put("FROM scratch\nCOPY degrees_api.py /sum\n", tag="sum")


@CATALOGUE.wrong(SUM, "/big is still in the image. Which command deletes it, once its checksum is taken?")
def sum_with_the_file(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN {MAKE} && {TAKE}\n", tag="sum")


@CATALOGUE.wrong(SUM, "and yet it weighs 5,000,0")
def sum_with_the_file_hidden(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN {MAKE} && {TAKE}\nRUN rm /big\n", tag="sum")


@CATALOGUE.wrong(SUM, "more than its base: the file is hidden, not gone. Which layer still holds it")
def sum_with_a_file_that_is_not_so_large(workspace: ExerciseWorkspace) -> None:
    workspace.put("RUN head -c 1100000 /dev/zero > /big\nRUN sha256sum /big > /sum && rm /big\n", tag="sum")


@CATALOGUE.wrong(SUM, "no checksum in /sum. Did > come too early, or did the command before it fail unseen?")
def sum_not_taken(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN {MAKE} && sha256sum /big && rm /big\n", tag="sum")


@CATALOGUE.wrong(SUM, "no checksum in /sum. Did > come too early")
def sum_taken_too_late(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN {MAKE} && rm /big && {TAKE} || true\n", tag="sum")


@CATALOGUE.wrong(SUM, "what /sum says is not a checksum: sha256sum /big. Was the command run, or its name written?")
def sum_in_words(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN {MAKE} && echo sha256sum /big > /sum && rm /big\n", tag="sum")


@CATALOGUE.wrong(SUM, "that of an empty file. In which order did the commands run?")
def sum_taken_too_early(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN touch /big && {TAKE} && {MAKE} && rm /big\n", tag="sum")


@CATALOGUE.wrong(SUM, "that of an empty file.")
def sum_by_md5_taken_too_early(workspace: ExerciseWorkspace) -> None:
    workspace.put("RUN md5sum /dev/null > /sum\n", tag="sum")


@CATALOGUE.wrong(SUM, "that of an empty file.")
def sum_by_sha1_taken_too_early(workspace: ExerciseWorkspace) -> None:
    workspace.put("RUN sha1sum /dev/null > /sum\n", tag="sum")


@CATALOGUE.right(USER)
def user_of_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.solve("03_write_dockerfile", USER, finished=(workspace.folder / "Dockerfile").read_text())


@CATALOGUE.right(USER)
def user_by_number(workspace: ExerciseWorkspace) -> None:
    workspace.put(AS_USER.format("1000:1000"), tag="user")


@CATALOGUE.right(USER)
def user_of_its_own(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"RUN useradd --create-home ada\n{AS_USER.format('ada')}", tag="user")


@CATALOGUE.right(USER)
def user_by_a_program_that_gives_up_being_root(workspace: ExerciseWorkspace) -> None:
    workspace.put(AS_USER.format("root"), f"import os; os.setgid(65534); os.setuid(65534)\n{LISTENS}", tag="user")


@CATALOGUE.right(USER)
def user_by_cli(workspace: ExerciseWorkspace) -> None:
    start = "from http.server import HTTPServer as S, SimpleHTTPRequestHandler as H; S(('', 5000), H).serve_forever()"
    lines = f'FROM {BASE_IMAGE}\nCOPY --chown=nobody:nogroup . /srv/\nUSER nobody\nCMD ["python", "-c", "{start}"]\n'
    (workspace.folder / "Dockerfile").write_text(lines)
    workspace.docker("build", "-q", *workspace.marks, "-t", f"{workspace.repository}:user", ".")


@CATALOGUE.wrong(USER, "degrees_api:user yet. Which command or call builds one under this name?")
def user_nothing(_bench: ExerciseWorkspace) -> None: ...


@CATALOGUE.wrong(USER, "degrees_api:user yet. Which command or call builds")
def user_under_another_name(workspace: ExerciseWorkspace) -> None:
    workspace.put(AS_USER.format("nobody"), tag="1.0")


@CATALOGUE.wrong(USER, "the program runs as root: the image names no user. Which instruction does?")
def user_not_named(workspace: ExerciseWorkspace) -> None:
    workspace.put('COPY degrees_api.py /\nCMD ["python", "/degrees_api.py"]\n', tag="user")


@CATALOGUE.wrong(USER, "the program runs as root, because USER says root. Which users does /etc/passwd list?")
def user_that_is_root_again(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"USER nobody\n{AS_USER.format('root')}", tag="user")


@CATALOGUE.wrong(USER, "because USER says 0.")
def user_with_the_number_of_root(workspace: ExerciseWorkspace) -> None:
    workspace.put(AS_USER.format("0"), tag="user")


@CATALOGUE.wrong(USER, "unable to find user ada: no matching entries in passwd file. Which users does the image's")
def user_that_is_not_there(workspace: ExerciseWorkspace) -> None:
    workspace.put(AS_USER.format("ada"), tag="user")


@CATALOGUE.wrong(USER, "Permission denied. Which user runs the program, and whose is the file that it needs?")
def user_that_may_not_read_the_program(workspace: ExerciseWorkspace) -> None:
    closed = AS_USER.format("nobody").replace("USER", "RUN chmod 600 /degrees_api.py\nUSER")
    workspace.put(closed, tag="user")


@CATALOGUE.wrong(USER, "No module named 'flask'. Which instruction installs Flask, and is it still there?")
def user_without_flask(workspace: ExerciseWorkspace) -> None:
    workspace.put(AS_USER.format("nobody"), NO_FLASK, tag="user")


@CATALOGUE.wrong(USER, "that of its base. Which instruction sets another?")
def user_without_cmd(workspace: ExerciseWorkspace) -> None:
    workspace.put("COPY degrees_api.py /\nUSER nobody\n", tag="user")


@CATALOGUE.right(SRV)
def srv_of_the_page(workspace: ExerciseWorkspace) -> None:
    workspace.solve("03_write_dockerfile", SRV)


@CATALOGUE.right(SRV)
def srv_by_workdir(workspace: ExerciseWorkspace) -> None:
    workspace.put('WORKDIR /srv\nCOPY degrees_api.py .\nCMD ["python", "degrees_api.py"]\n')


@CATALOGUE.right(SRV)
def srv_on_another_port(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"ENV PORT=8000\n{IN_SRV}", LISTENS.replace(str(APP_PORT), "8000"))


@CATALOGUE.right(SRV)
def srv_by_entrypoint(workspace: ExerciseWorkspace) -> None:
    workspace.put('COPY degrees_api.py /srv/\nENTRYPOINT ["python"]\nCMD ["/srv/degrees_api.py"]\n')


@CATALOGUE.right(SRV)
def srv_by_cli(workspace: ExerciseWorkspace) -> None:
    start = "from http.server import HTTPServer as S, SimpleHTTPRequestHandler as H; S(('', 5000), H).serve_forever()"
    (workspace.folder / "Dockerfile").write_text(f'FROM {BASE_IMAGE}\nCOPY . /srv\nCMD ["python", "-c", "{start}"]\n')
    workspace.docker("build", "-q", *workspace.marks, "-t", workspace.image, ".")


@CATALOGUE.right(SRV)
def srv_that_takes_its_time(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV, f"import time; time.sleep(1)\n{LISTENS}")


@CATALOGUE.wrong(SRV, "degrees_api:1.0 yet. Which command or call builds one under this name?")
def srv_under_another_name(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV, tag="latest")


@CATALOGUE.wrong(SRV, "degrees_api:1.0 is ['python3'], that of its base. Which instruction sets another?")
def srv_without_cmd(workspace: ExerciseWorkspace) -> None:
    workspace.put("COPY degrees_api.py /srv/\n")


@CATALOGUE.right(SRV)
def srv_by_a_line_with_exec(workspace: ExerciseWorkspace) -> None:
    workspace.put("COPY degrees_api.py /srv/\nCMD exec python /srv/degrees_api.py\n")


@CATALOGUE.right(SRV)
def srv_by_a_script_that_gives_up_its_place(workspace: ExerciseWorkspace) -> None:
    script = "RUN echo 'exec \"$@\"' > /start\n"
    workspace.put(f'{script}ENTRYPOINT ["/bin/sh", "/start"]\n{IN_SRV}')


@CATALOGUE.right(SRV)
def srv_without_python_on_the_path(workspace: ExerciseWorkspace) -> None:
    workspace.put(
        'COPY degrees_api.py /srv/\nENV PATH=/nowhere\nCMD ["/usr/local/bin/python", "/srv/degrees_api.py"]\n'
    )


@CATALOGUE.wrong(SRV, "a shell stands in between, and it runs: python /srv/degrees_api.py; true. How is")
def srv_by_a_list_with_a_shell(workspace: ExerciseWorkspace) -> None:
    workspace.put('COPY degrees_api.py /srv/\nCMD ["sh", "-c", "python /srv/degrees_api.py; true"]\n')


@CATALOGUE.wrong(SRV, "a shell stands in between, and it runs: /start python /srv/degrees_api.py. How is")
def srv_by_a_script_that_stays(workspace: ExerciseWorkspace) -> None:
    script = "RUN echo '\"$@\"; true' > /start\n"
    workspace.put(f'{script}ENTRYPOINT ["/bin/sh", "/start"]\n{IN_SRV}')


@CATALOGUE.wrong(SRV, "the program that runs is /degrees_api.py, not /srv/degrees_api.py. What does CMD name?")
def srv_beside_the_old_place(workspace: ExerciseWorkspace) -> None:
    workspace.put('COPY degrees_api.py /srv/\nCOPY degrees_api.py /\nCMD ["python", "degrees_api.py"]\n')


@CATALOGUE.wrong(SRV, "has no command, so Docker doesn't know what to start. Which instruction sets one?")
def srv_with_an_empty_list(workspace: ExerciseWorkspace) -> None:
    workspace.put("COPY degrees_api.py /srv/\nCMD []\n")


@CATALOGUE.wrong(SRV, "Which user runs the program, and whose is the file")
def srv_that_its_user_can_not_read(workspace: ExerciseWorkspace) -> None:
    workspace.put(f"{IN_SRV}RUN chmod 600 /srv/degrees_api.py\nUSER nobody\n")


@CATALOGUE.wrong(SRV, "but there is ")
def srv_under_nearly_the_name(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV, tag="1.00")


@CATALOGUE.wrong(SRV, "a shell stands in between, and it runs: python /srv/degrees_api.py. How is")
def srv_by_a_line(workspace: ExerciseWorkspace) -> None:
    workspace.put("COPY degrees_api.py /srv/\nCMD python /srv/degrees_api.py\n")


@CATALOGUE.wrong(SRV, "the list ['python', '/srv/degrees_api.py'] is not valid JSON, so a shell got it as a line.")
def srv_by_single_quotes(workspace: ExerciseWorkspace) -> None:
    workspace.put("COPY degrees_api.py /srv/\nCMD ['python', '/srv/degrees_api.py']\n")


@CATALOGUE.wrong(SRV, "is not valid JSON, so a shell got it as a line. Are all the commas there")
def srv_by_entrypoint_without_comma(workspace: ExerciseWorkspace) -> None:
    workspace.put('COPY degrees_api.py /srv/\nENTRYPOINT ["python" "/srv/degrees_api.py"]\n')


@CATALOGUE.wrong(SRV, "the image's command could not be started: exec: ")
def srv_in_one_word(workspace: ExerciseWorkspace) -> None:
    workspace.put('COPY degrees_api.py /srv/\nCMD ["python /srv/degrees_api.py"]\n')


@CATALOGUE.wrong(SRV, "No module named 'flask'. Which instruction installs Flask, and is it still there?")
def srv_without_flask(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV, NO_FLASK)


@CATALOGUE.wrong(SRV, "Which Werkzeug did pip choose, and which one does this Flask need?")
def srv_with_another_werkzeug(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV, NO_URL_QUOTE)


@CATALOGUE.wrong(SRV, "Where does COPY put the program, and where does CMD look for it?")
def srv_looked_for_and_not_there(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV.replace("/srv/\n", "/\n"))


@CATALOGUE.wrong(SRV, "a container of it ends with exit code 7: it printed nothing. What does the program miss?")
def srv_that_ends(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV, "raise SystemExit(7)\n")


@CATALOGUE.wrong(SRV, f"nothing listens on port {APP_PORT}. What does its command start?", patience=IN_VAIN)
def srv_that_does_not_listen(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV, DOES_NOTHING)


@CATALOGUE.wrong(SRV, "there is no /srv/degrees_api.py in the image. Which of COPY's two paths is the one inside?")
def srv_in_another_folder(workspace: ExerciseWorkspace) -> None:
    workspace.put(IN_SRV.replace("/srv/", "/opt/"))


def test_state(state_cache: StateCache, state: State) -> None:
    state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(state_cache)) == ""
