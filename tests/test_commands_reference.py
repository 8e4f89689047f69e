"""The reference of commands explains what the transcripts use, no more and no less, and the engine agrees."""

from __future__ import annotations

import re

import pytest

from tests import commands
from tests.lab.host import TranscriptHost

# (command, flag, place, status): flags that are no flags, or that the engine keeps to itself.
WRONG = {
    # the mistake is shown: the policy is a value of --restart
    ("docker container run", "--restart-on-failure", "07-watching-and-restarting-containers/steps.console", 125),
    # an old name that works, but is missing in --help, as that chapter shows
    ("docker container run", "--net", "10-connecting-containers/steps.console", 0),
}


@pytest.fixture(scope="module")
def known() -> commands.Reference:
    return commands.reference(commands.PAGE.read_text())


@pytest.fixture(scope="module")
def uses(known: commands.Reference) -> list[commands.Use]:
    return commands.uses(known)


def wrong(use: commands.Use) -> tuple[str, str | None, str, int]:
    return use.command, use.flag, use.place.rpartition(":")[0], use.status


def test_the_transcripts_are_read(uses: list[commands.Use]) -> None:
    assert len([use for use in uses if use.flag is None]) > 500
    assert len([use for use in uses if use.flag is not None]) > 500


def test_no_command_is_overlooked() -> None:
    """One behind a program that ``commands`` does not know would never be compared."""
    overlooked = [
        f"{place}: {script}"
        for place, script, _ in commands.scripts()
        if len(re.findall(r"(?<!service )\bdocker [a-z-]", script)) != len(list(commands.docker_commands(script)))
    ]
    assert overlooked == []


def test_every_command_and_flag_is_explained(known: commands.Reference, uses: list[commands.Use]) -> None:
    missing = [
        f"{use.place}: {use.command} {use.flag or ''}"
        for use in uses
        if use.command not in known.options
        or (use.flag is not None and known.find(use.command, use.flag) is None and wrong(use) not in WRONG)
    ]
    assert missing == []


def test_every_wrong_flag_is_used(known: commands.Reference, uses: list[commands.Use]) -> None:
    assert {wrong(use) for use in uses if use.flag and known.find(use.command, use.flag) is None} == WRONG


def test_nothing_is_explained_that_nobody_uses(known: commands.Reference, uses: list[commands.Use]) -> None:
    assert set(known.options) == {"docker", *(use.command for use in uses)}
    used = {(use.command, known.find(use.command, use.flag)) for use in uses if use.flag}
    unused = [
        f"{command} {option}"
        for command, options in known.options.items()
        for option in options
        if (command, option) not in used
    ]
    assert unused == []


def test_every_section_is_the_commands_own_and_links_to_docker(known: commands.Reference) -> None:
    text = commands.PAGE.read_text()
    sections = re.findall(r"^(docker.*)\n~+\n\n\.\. program:: (.*)\n", text, re.MULTILINE)
    assert [title for title, _ in sections] == [program for _, program in sections] == list(known.options)
    links = re.findall(
        r"^More: `(.*) <https://docs\.docker\.com/reference/cli/docker/(.*)>`__\.$", text, re.MULTILINE
    )
    assert [name for name, _ in links] == list(known.options)
    other = {name: path for name, path in links if f"docker {path}".replace("/", " ").strip() != name}
    assert other == {"docker image build": "buildx/build/"}  # Buildx does it


def test_every_command_is_in_the_index_with_its_short_forms(known: commands.Reference) -> None:
    entries = re.findall(
        r"^\.\. program:: (.*)\n\n\.\. index::\n((?:   single: .*\n)+)", commands.PAGE.read_text(), re.MULTILINE
    )
    indexed = {name: re.findall("single: (.*)", lines) for name, lines in entries}
    short = {name: [one for one, command in known.short.items() if command == name] for name in known.options}
    assert indexed == {name: [name, *short[name]] for name in known.options}


def test_every_flag_is_the_engines(transcript_host: TranscriptHost, known: commands.Reference) -> None:
    script = "\n".join(f"echo '=== {command}'; {command} --help" for command in known.options)
    result = transcript_host.run(f"set -e\n{script}")
    assert result.returncode == 0, result.stderr
    helps = dict(re.findall(r"^=== (.*)\n((?:(?!=== ).*\n)*)", result.stdout, re.MULTILINE))
    assert list(helps) == list(known.options)
    assert differences(known, helps) == []


def differences(known: commands.Reference, helps: dict[str, str]) -> list[str]:
    """Flags that the engine does not have in exactly these forms, and short forms that are none."""
    found = []
    for command, options in known.options.items():
        real = commands.helped(helps[command])
        found += [
            f"{command} {option}"
            for option in options
            if option not in real and not (option.names == ("--help",) and "COMMAND --help" in helps[command])
        ]
    for short, command in known.short.items():
        aliases = re.search(r"^Aliases:\n +(.*)", helps[command], re.MULTILINE)
        if aliases is None or short not in aliases[1].split(", "):
            found.append(f"{short} is not {command}")
    return found


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("docker run -it --rm -p 1:2 web1 sh -c 'x'", [("-i", "-t", "--rm", "-p")]),
        ("docker run web1 -p 1:2", [()]),
        ("docker run -p1:2 --name=a -e -d web1 --rm", [("-p", "--name", "-e")]),
        ("docker run --nam web1 --rm", [("--nam",)]),
        ("docker run -d \\\n  --rm web1", [("-d", "--rm")]),
        ("docker rm x -f", [("-f",)]),
        ("docker rm -- -f", [()]),
        ("docker -H a rm -f x", [("-H", "-f")]),
        ("docker container --help | grep docker", [("--help",)]),
        ('docker rm $(docker run -d "a b") -f', [("-d",), ("-f",)]),
        ('echo "$(docker run -d x)" && sudo -u me docker rm x 2> docker', [("-d",), ()]),
        ("cat <<'END' > docker\ndocker run -d x\nEND\ndocker rm -f x", [("-f",)]),
        ("sudo service docker restart; grep docker; echo 'docker run'", []),
        ("for a in 1 2; do\n  docker run --name $a x\ndone > docker", [("--name",)]),
        ("docker rm -f a 2>&1 > b -v", [("-f", "-v")]),
        ("a=$(docker rm -f ')')", [("-f",)]),
        (r'docker run -e "a=\"b" --rm x', [("-e", "--rm")]),
    ],
)
def test_flags_are_found(known: commands.Reference, script: str, expected: list[tuple[str, ...]]) -> None:
    assert [
        tuple(flag for _, flag in commands.flags(words, known) if flag)
        for words in commands.docker_commands(script)
    ] == expected


def test_help_is_read() -> None:
    text = "Options:\n  -f, --force   Do it\n      --name string   A name\n                     --no flag\n  -v, --all\n"
    assert commands.helped(text) == [
        commands.Option(("-f", "--force"), False),
        commands.Option(("--name",), True),
        commands.Option(("-v", "--all"), False),
    ]


def test_differences_are_found() -> None:
    known = commands.reference(
        ".. program:: docker x\n\nThe short forms are ``docker y`` and ``docker z``.\n\n.. option:: -a, --all <n>\n"
    )
    assert known.short == {"docker y": "docker x", "docker z": "docker x"}
    text = "Aliases:\n  docker x, docker y\n\nOptions:\n  -a, --all   All\n"
    assert differences(known, {"docker x": text}) == [
        "docker x Option(names=('-a', '--all'), value=True)",
        "docker z is not docker x",
    ]
