"""The table of rewriting rules: what a POSIX command is in PowerShell, and where PowerShell's manual says so.

The table is data; :mod:`shell_tabs.words`, :mod:`shell_tabs.commands` and :mod:`shell_tabs.rewrite` do what it
says. The tests rewrite every example of it, and the documentation shows it, so none of the three can drift.

PowerShell means 7.4 or newer here, on Windows. Older ones take quotation marks out of the arguments of programs
(before 7.3) and change the bytes between two programs (before 7.4). On Linux and macOS the POSIX command is the
one to type.
"""

from __future__ import annotations

from dataclasses import dataclass


class NoEquivalentError(Exception):
    """A command that this package does not write in PowerShell; says why, in half a sentence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, by example.

    Attributes:
        subject: what the rule is about; for a program its name.
        shell: a POSIX command.
        powershell: the same in PowerShell. What is equal to ``shell`` is a difference that does not exist.
        reference: the page that says so.
    """

    subject: str
    shell: str
    powershell: str
    reference: str


_MANUAL = "https://learn.microsoft.com/powershell/module/microsoft.powershell."
_ABOUT = _MANUAL + "core/about/about_"
_UTILITY = _MANUAL + "utility/"
_MANAGEMENT = _MANUAL + "management/"

RULES: tuple[Rule, ...] = (
    # words
    Rule(
        "line continuation", "docker run \\\n  web1", "docker run `\n  web1", _ABOUT + "parsing#line-continuation"
    ),
    Rule(
        "text after quotes",
        'docker run -v "$PWD":/app web1',
        'docker run -v "${PWD}:/app" web1',
        _ABOUT + "parsing#argument-mode",
    ),
    Rule(
        "variable in quotes",
        'docker run -v "$PWD/static:/app" web1',
        'docker run -v "$PWD/static:/app" web1',
        _ABOUT + "quoting_rules",
    ),
    Rule(
        "text before quotes",
        'docker run -e WORD="a b" web1',
        'docker run -e WORD="a b" web1',
        _ABOUT + "parsing#argument-mode",
    ),
    Rule(
        "commas",
        'docker run --mount type=bind,src="$PWD",dst=/app web1',
        'docker run --mount "type=bind,src=$PWD,dst=/app" web1',
        _ABOUT + "parsing#argument-mode",
    ),
    Rule("single quote in a text", r"echo 'it'\''s'", "echo 'it''s'", _ABOUT + "quoting_rules"),
    Rule(
        "double quotes in an argument",
        """docker exec web1 sh -c 'echo "$HOME"'""",
        """docker exec web1 sh -c 'echo "$HOME"'""",
        _ABOUT + "parsing#passing-arguments-that-contain-quote-characters",
    ),
    Rule("number with zeros", "echo 007", "echo '007'", _ABOUT + "numeric_literals"),
    Rule("escaped characters", r'echo "\$5"', "echo '$5'", _ABOUT + "quoting_rules"),
    Rule("variable before text", "docker ps ${name}-1", 'docker ps "$name-1"', _ABOUT + "variables"),
    Rule("long dash", "docker run —name web1", "docker run '—name' web1", _ABOUT + "quoting_rules"),
    Rule(
        "home folder, for a program",
        "docker run -v ~/notes:/notes web1",
        'docker run -v "$HOME/notes:/notes" web1',
        _ABOUT + "automatic_variables#home",
    ),
    Rule("home folder, for a cmdlet", "cd ~/notes", "cd ~/notes", _ABOUT + "path_syntax"),
    # variables and substitutions
    Rule("assignment", "name=web1", "$name = 'web1'", _ABOUT + "assignment_operators"),
    Rule("output in a variable", "id=$(docker ps -q)", "$id = docker ps -q", _ABOUT + "assignment_operators"),
    Rule(
        "output as arguments",
        "docker stop $(docker ps -q)",
        "docker stop $(docker ps -q)",
        _ABOUT + "operators#subexpression-operator--",
    ),
    Rule(
        "environment variable", 'echo "$DOCKER_HOST"', 'echo "$env:DOCKER_HOST"', _ABOUT + "environment_variables"
    ),
    Rule("export", "export A=b", "$env:A = 'b'", _ABOUT + "environment_variables"),
    Rule("unset", "unset A", "Remove-Item Env:A", _ABOUT + "environment_variables"),
    Rule(
        "variable for one command",
        "A=b docker ps",
        "$env:A = 'b'; docker ps; Remove-Item Env:A",
        _ABOUT + "environment_variables",
    ),
    Rule(
        "calculation",
        'echo "$(( (a - b) / 2 ))"',
        'echo "$([Math]::Truncate(($a - $b) / 2))"',
        _ABOUT + "arithmetic_operators",
    ),
    # commands together
    Rule(
        "and, or",
        "docker pull web1 && docker run web1 || echo no",
        "docker pull web1 && docker run web1 || echo no",
        _ABOUT + "pipeline_chain_operators",
    ),
    Rule(
        "loop",
        "for name in a b; do\n  docker start $name\ndone",
        "foreach ($name in 'a', 'b') {\n  docker start $name\n}",
        _ABOUT + "foreach",
    ),
    Rule(
        "output of a loop",
        "for f in logs/*; do docker cp $f web1:/; done | sort -u",
        "& { foreach ($f in Get-ChildItem logs) { docker cp $f web1:/ } } | Sort-Object -CaseSensitive -Unique",
        _ABOUT + "operators#call-operator-",
    ),
    # redirections
    Rule(
        "output to a file",
        "docker ps > list.txt 2> errors.txt",
        "docker ps > list.txt 2> errors.txt",
        _ABOUT + "redirection",
    ),
    Rule("errors too", "docker logs web1 2>&1 | sort", "docker logs web1 2>&1 | sort", _ABOUT + "redirection"),
    Rule("nowhere", "docker info > /dev/null", "docker info > $null", _ABOUT + "automatic_variables#null"),
    Rule(
        "input from a file",
        "docker load -q < web1.tar",
        "Get-Content -AsByteStream -Raw web1.tar | docker load -q",
        _ABOUT + "pipelines#using-native-commands-in-the-pipeline",
    ),
    Rule(
        "here-document",
        "cat > list.txt <<'EOF'\nbread\nEOF",
        "@'\nbread\n'@ > list.txt",
        _ABOUT + "quoting_rules#here-strings",
    ),
    Rule(
        "here-document as input",
        "docker exec -i web1 python <<'EOF'\nprint(6 * 7)\nEOF",
        "@'\nprint(6 * 7)\n'@ | docker exec -i web1 python",
        _ABOUT + "quoting_rules#here-strings",
    ),
    # programs
    Rule("cat", "cat a.txt b.txt", "cat a.txt, b.txt", _MANAGEMENT + "get-content"),
    Rule(
        "cmp",
        "cmp a b && echo same",
        "if ((Get-FileHash a).Hash -eq (Get-FileHash b).Hash) { echo same }",
        _UTILITY + "get-filehash",
    ),
    Rule("cp", "cp a b", "cp a b", _MANAGEMENT + "copy-item"),
    Rule(
        "curl",
        "curl -o /dev/null http://localhost",
        "curl -o NUL http://localhost",
        "https://learn.microsoft.com/windows/win32/fileio/naming-a-file",
    ),
    Rule(
        "cut",
        "docker port web1 | cut -d : -f 2",
        "docker port web1 | ForEach-Object { $_.Split(':')[1] }",
        "https://learn.microsoft.com/dotnet/api/system.string.split",
    ),
    Rule("echo", 'echo a "b c"', "echo 'a b c'", _UTILITY + "write-output"),
    Rule(
        "grep",
        "docker ps | grep web",
        "docker ps | Select-String -CaseSensitive -Raw web",
        _UTILITY + "select-string",
    ),
    Rule(
        "grep -c",
        "grep -c web list.txt",
        "(Select-String -CaseSensitive web list.txt).Count",
        _UTILITY + "select-string",
    ),
    Rule("head", "docker ps | head -n 3", "docker ps | Select-Object -First 3", _UTILITY + "select-object"),
    Rule("ls", "ls -A web1", "Get-ChildItem -Force -Name web1", _MANAGEMENT + "get-childitem"),
    Rule("mkdir", "mkdir -p a/b", "New-Item -ItemType Directory -Force a/b", _MANAGEMENT + "new-item"),
    Rule("mv", "mv a b", "Move-Item -Force a b", _MANAGEMENT + "move-item"),
    Rule(
        "printf", r"printf '%s and %s\n' a b", "'{0} and {1}' -f 'a', 'b'", _ABOUT + "operators#format-operator--f"
    ),
    Rule(
        "printf to a file",
        r"printf 'a\r\nb' > c.txt",
        'Set-Content -NoNewline c.txt "a`r`nb"',
        _MANAGEMENT + "set-content",
    ),
    Rule(
        "python3",
        "python3 -m http.server",
        "python -m http.server",
        "https://docs.python.org/3/using/windows.html",
    ),
    Rule("pwd", "pwd", "pwd", _MANAGEMENT + "get-location"),
    Rule("rm", "rm -rf a b", "Remove-Item -Recurse -Force a, b", _MANAGEMENT + "remove-item"),
    Rule(
        "rm with quotes", 'rm ~/"my files" a', "Remove-Item \"$HOME/my files\", 'a'", _MANAGEMENT + "remove-item"
    ),
    Rule("rmdir", "rmdir a", "rmdir a", _MANAGEMENT + "remove-item"),
    Rule("seq", "seq 3 | tail -n 1", "1..3 | Select-Object -Last 1", _ABOUT + "operators#range-operator-"),
    Rule("sort", "docker ps | sort -r", "docker ps | Sort-Object -Descending", _UTILITY + "sort-object"),
    Rule("tail", "tail -n 2 a.log", "Get-Content -Tail 2 a.log", _MANAGEMENT + "get-content"),
    Rule("cd", "cd ..", "cd ..", _MANAGEMENT + "set-location"),
    Rule(
        "tar",
        "docker save web1 | tar -x -C ~/saved",
        'docker save web1 | tar -x -C "$HOME/saved" -f -',
        "https://man.freebsd.org/cgi/man.cgi?query=bsdtar",
    ),
    Rule("tee", "docker ps | tee list.txt", "docker ps | tee list.txt", _UTILITY + "tee-object"),
    Rule(
        "time",
        "time docker stop web1",
        "Measure-Command { docker stop web1 | Out-Default }",
        _UTILITY + "measure-command",
    ),
    Rule(
        "touch",
        "touch a",
        "if (Test-Path a) { (Get-Item a).LastWriteTime = Get-Date } else { New-Item a }",
        _MANAGEMENT + "new-item",
    ),
    Rule("wc", "docker ps | wc -l", "(docker ps | Measure-Object).Count", _UTILITY + "measure-object"),
    Rule(
        "xargs",
        "docker ps -q | xargs -r docker stop",
        "docker ps -q | ForEach-Object { docker stop $_ }",
        _MANUAL + "core/foreach-object",
    ),
)
"""All the rules. A program that is in neither this table nor the programs of a project has no equivalent."""

NATIVE = frozenset({"curl", "tar"})
"""Programs that Windows has itself. A project names more of them in ``shell_tabs_programs``."""

RENAMED: dict[str, str] = {"python3": "python"}
"""Programs that have another name on Windows."""

NO_EQUIVALENT: dict[str, str] = {
    "chmod": "files on Windows have no such permissions",
    "groups": "users on Windows are in no Unix groups",
    "id": "users on Windows have no number",
    "ip": "it is a program of Linux",
    "open": "it is a program of macOS",
    "sed": "PowerShell has no editor of streams",
    "sh": "Windows has no POSIX shell",
    "stat": "files on Windows belong to no Unix user and have no inode",
    "sudo": "there is no root on Windows",
    "uname": "Windows has no such kernel",
}
"""Programs that a POSIX machine has, with the reason why PowerShell has nothing for them."""

AUTOMATIC = frozenset(
    """
    args consolefilename debugcontext enabledexperimentalfeatures error errorview event eventargs
    eventsubscriber executioncontext false foreach formatenumerationlimit home host input iscoreclr islinux
    ismacos iswindows lastexitcode matches myinvocation nestedpromptlevel null ofs outputencoding pid profile
    psboundparameters pscmdlet pscommandpath psculture psedition pshome psitem psscriptroot pssenderinfo
    psstyle psuiculture psversiontable pwd sender shellid stacktrace switch this true verbosepreference
    """.split()  # noqa: SIM905  # a line for each name otherwise
)
"""Names that PowerShell keeps for itself, see about_Automatic_Variables and about_Preference_Variables."""
