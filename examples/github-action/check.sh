#!/usr/bin/env bash
# What the action runs: `chorus diff` against the base of a pull request.
#
#   check.sh AGAINST [REPOSITORY]
#
# Ends with 0 when nobody is affected, 2 when somebody is, and, where nobody can tell, with 0 and a
# warning, or with 3 if CHORUS_STRICT is 1.
set -uo pipefail

against=${1:?against which commit?}
repository=${2:-}
chorus=${CHORUS:-chorus}

report=$("$chorus" diff --against "$against" ${repository:+--repo "$repository"} 2>&1)
code=$?
case $code in
  0) verdict=clear ;;
  2) verdict=attention ;;
  *) verdict=unknown ;;
esac

# The report holds titles of other people's tasks: while this token is in force, no line of them is
# taken for a command of the runner.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
printf '%s\n' "$report"
echo "::$token::"

# Indented, it is code in Markdown: no link, no mention, no tag, whatever it holds.
{
  printf '### Contracts: %s\n\n' "$verdict"
  printf '%s\n' "$report" | sed 's/^/    /'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
echo "verdict=$verdict" >>"${GITHUB_OUTPUT:-/dev/null}"

case $verdict in
  clear) exit 0 ;;
  attention)
    echo "::error title=chorus::somebody builds against what this change breaks"
    exit 2
    ;;
  *)
    echo "::warning title=chorus::nobody can tell whom this change breaks"
    if [ "${CHORUS_STRICT:-0}" = 1 ]; then exit 3; fi
    ;;
esac
