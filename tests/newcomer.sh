#!/usr/bin/env bash
# What someone new does with the README and "Your first chapter" open, and nothing else: a chapter with a Dockerfile,
# three commands and an expected failure, a typo, its mending, a recording, the site. Each step is typed as that page
# says. It works in a fresh clone of what is committed, and needs what `make test` needs.
set -euo pipefail
unset CI # someone new has a machine of their own, where what has passed is noted

source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
started=$SECONDS

say() { printf '\n== %3ds  %s\n' $((SECONDS - started)) "$*"; }
fail() {
    printf 'newcomer: %s\n' "$*" >&2
    exit 1
}
# shows FILE TEXT – the text is in the file
shows() { grep -qF -- "$2" "$1" || fail "$1 does not say: $2"; }

say "clone"
git clone --quiet "$source" "$work/workshop"
cd "$work/workshop"

say "begin a chapter"
make new CHAPTER=16-a-greeting
chapter=examples/16-a-greeting

say "it plays as it is"
make test CHAPTER=16-a-greeting

say "write it: a Dockerfile, its file, the commands"
mkdir "$chapter/greeting"
cat >"$chapter/greeting/Dockerfile" <<'EOF'
FROM alpine:3.23
COPY greeting.txt /greeting.txt
CMD ["cat", "/greeting.txt"]
EOF
echo "Good morning." >"$chapter/greeting/greeting.txt"
cat >"$chapter/steps.console" <<'EOF'
#: step build
#: files 16-a-greeting/greeting
$ cd greeting
$ docker image biuld -q -t greeting .

#: step greet
$ docker container run --rm greeting

#: step mistake
$ docker container run --rm greeting cat /nowhere.txt
[1]

#: step clean-up
$ docker image rm -f greeting
EOF

say "the typo is found"
if make test CHAPTER=16-a-greeting >"$work/typo.log" 2>&1; then
    fail "the typo was not found"
fi
tail -n 30 "$work/typo.log"
shows "$work/typo.log" "$chapter/steps.console:4:"
shows "$work/typo.log" "biuld"

say "mend it and record"
sed -i 's/biuld/build/' "$chapter/steps.console"
make record CHAPTER=16-a-greeting >"$work/record.log" 2>&1 || true
git --no-pager diff --no-index /dev/null "$chapter/steps.console" || true
shows "$chapter/steps.console" "Good morning."
shows "$chapter/steps.console" "cat: can't open '/nowhere.txt': No such file or directory"

say "the numbers differ, and the message says how"
shows "$work/record.log" "16-a-greeting: 5 commands were accounted for, 4 expected by examples/expected.toml"
sed -i '/"16-a-greeting"/,/^$/ s/^commands = .*/commands = 5/' examples/expected.toml
make test CHAPTER=16-a-greeting

say "write the page and build the site"
sed -i -e 's/^\.\. transcript:: start/.. transcript:: build/' -e 's/^\.\. transcript:: hello/.. transcript:: greet/' \
    -e 's/:rfg: echo/:rfg: Good/' -e 's/^You start with an empty engine/.. chapter-files::\n\n&/' \
    docs/workshop/16-a-greeting.rst
cat >"$work/entry" <<'EOF'
:doc:`workshop/16-a-greeting` · :minutes:`workshop/16-a-greeting`
   Let a container say good morning.
   *Needs:* nothing.

EOF
# before the last entry of the landing page
sed -i "$(grep -n '^:doc:`workshop/15' docs/index.rst | cut -d: -f1)e cat '$work/entry'" docs/index.rst
make html
shows _build/html/workshop/16-a-greeting.html "nowhere.txt"
make lint

say "nothing in the project is at odds with it"
.venv/bin/python -m pytest -q tests/test_consistency.py tests/test_rows.py

say "done"
