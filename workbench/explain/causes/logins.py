"""What keeps a login from being stored or accepted."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.explain.probes import logins as probes

ASIDE = 'mv "${DOCKER_CONFIG:-$HOME/.docker}/config.json" "${DOCKER_CONFIG:-$HOME/.docker}/config.json.bak"'

CAUSES = (
    Cause(
        key="pass-not-set-up",
        title="The password store pass was never set up",
        example="Error saving credentials: error storing credentials - err: exit status 1, out: `pass store is "
        "uninitialized`",
        seen=either(
            says(r"pass (?:store )?(?:is )?(?:un|not )initialized"),
            says(r"(?:docker-credential-pass|password store)[^\n]{0,120}(?:not initialized|pass init|gpg)"),
        ),
        cause="docker hands logins to the program `pass`, which encrypts them with a key of yours. `pass` has no key "
        "yet, so it can't store anything.",
        probe="`pass ls` says that you must run `pass init`.",
        prove=probes.pass_is_empty,
        fix='gpg --quick-generate-key "$USER"\npass init "$USER"',
        advice='Then log in again. Or do without: take the line `"credsStore"` out of `~/.docker/config.json`.',
        not_made="needs the programs pass and gpg",
    ),
    Cause(
        key="no-secret-service",
        title="The desktop's password service isn't there",
        example="Error saving credentials: Cannot autolaunch D-Bus without X11 $DISPLAY",
        seen=says(
            r"(?:org\.freedesktop\.secrets|Cannot autolaunch D-Bus|dbus-launch|"
            r"secretservice[^\n]{0,80}(?:not provided|failed|"
            r"not found|error)|No such interface[^\n]{0,40}Secret)"
        ),
        cause="docker hands logins to the password service of a Linux desktop, and there is none: no desktop runs, "
        "as on a server, over SSH or in WSL.",
        probe="`echo $DBUS_SESSION_BUS_ADDRESS` shows nothing.",
        prove=probes.no_session_bus,
        fix=ASIDE,
        advice="That sets the settings aside, with your logins in them; log in again, and docker stores the login in "
        'the file. Or take only the line `"credsStore"` out of it.',
        not_made="needs the program docker-credential-secretservice",
    ),
    Cause(
        key="keychain-locked",
        title="The system's own password store is locked",
        example="error storing credentials - err: exit status 1, out: `User interaction is not allowed.`",
        seen=says(
            r"(?:credential|keychain)[^\n]{0,160}(?:gpg: decryption failed|User interaction is not "
            r"allowed|keychain cannot be found|"
            r"The user name or passphrase you entered is not correct|A specified logon session does not exist)"
        ),
        cause="docker hands logins to the macOS keychain or the Windows credential manager, which only open in a "
        "session with a screen. You're connected over SSH, or the keychain is locked.",
        probe="The same login works in a terminal on the machine itself.",
        fix="security unlock-keychain",
        advice="On macOS; for the program pass, `gpg --decrypt` any file to unlock its key. On "
        'Windows over SSH, take the line `"credsStore"` out of `~/.docker/config.json`.',
        not_made="needs macOS or Windows",
    ),
    Cause(
        key="credential-helper-alone",
        title="Docker Desktop keeps the logins, and Docker Desktop isn't running",
        example='error storing credentials - err: exit status 1, out: `Post "http://ipc/registry/credstore-updated": '
        "dial unix backend.sock: connect: connection refused`",
        seen=either(
            says(r"credstore-updated|error (?:getting|storing) credentials[^\n]{0,200}backend\.sock"),
            says(r"error getting credentials - err: exit status \d+, out: `+\s*(?:$|\n)"),
        ),
        cause="`~/.docker/config.json` says `credsStore: desktop`, so docker gives each login to Docker Desktop. "
        "Nothing answers there: it isn't running, or you use a different engine now, such as Colima's.",
        probe="`grep credsStore ~/.docker/config.json`",
        fix=ASIDE,
        advice="Start Docker Desktop, if that is your engine. Else that sets the settings aside; on "
        'macOS, `"credsStore": '
        '"osxkeychain"` in them keeps the logins without Docker Desktop. Log in again.',
        not_made="needs Docker Desktop, which a test can't have",
    ),
    Cause(
        key="config-unreadable",
        title="The docker command may not read its own settings",
        example="WARNING: Error loading config file: open /home/ada/.docker/config.json: permission denied",
        seen=says(r"open (?P<file>\S*\.docker/\S+?): permission denied"),
        cause="<file> belongs to root: an earlier `sudo docker` made it in your home folder. Without it, docker knows "
        "none of your logins and builders.",
        probe="`ls -ld ~/.docker ~/.docker/config.json` shows whose they are.",
        prove=probes.settings_are_roots,
        fix='sudo chown -R "$USER" "$HOME/.docker"',
        advice="Then leave `sudo` out: with your user in the group docker, you don't need it.",
        not_made="needs a user who isn't root",
    ),
    Cause(
        key="token-scope",
        title="The registry doesn't accept this access token for that",
        example="unauthorized: access token has insufficient scopes",
        seen=says(
            r"(?i:access token has insufficient scopes|personal access token is (?:invalid|expired)|"
            r"authorization token has expired|must (?:log in|authenticate) with a personal access token|"
            r"token (?:provided )?does not match expected scope|permission_denied: (?:write|create|The token)\w*|"
            r"denied: installation not allowed to|insufficient scope[^\n]{0,40}token)"
        ),
        cause="You're logged in with an access token (PAT). It has expired, or was made for reading only, and a push "
        "needs the right to write.",
        probe="The registry's web page lists your tokens, with what each may do and until when.",
        fix="docker login --username NAME REGISTRY",
        advice="With a new token: on Docker Hub with Read & Write, on GitHub with `write:packages`. Amazon's tokens "
        "last 12 hours: `aws ecr get-login-password`.",
        not_made="needs an account at a registry on the Internet",
    ),
)
