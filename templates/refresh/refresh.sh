#!/usr/bin/env bash
# Looks certificates up and makes a commit of those that grew. Everything that varies comes in by the environment, as
# action.yml says it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
signet="$here/../../bin/opam-signet.js"
repository="$RUNNER_TEMP/package-repository"

# git gets the token by the environment, and so by no argument or address that a log might show.
GIT_CONFIG_COUNT=1 \
  GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraHeader" \
  GIT_CONFIG_VALUE_0="Authorization: Basic $(printf 'x-access-token:%s' "$GH_TOKEN" | base64 --wrap=0)" \
  git clone --quiet --no-checkout --branch "$BRANCH" "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" "$repository"
cd "$repository"
# Of the branch only keyring/ is written out: no package is needed here.
git read-tree HEAD
git ls-files -z -- keyring | git checkout-index -z --stdin

from=()
for source in ${SOURCES//[!a-z]/ }; do from+=(--from "$source"); done
export OPAM_SIGNET_GITHUB_API="$GITHUB_API_URL"
node "$signet" keyring refresh --no-input "${from[@]}"
# What the admins have to look at is no reason not to propose what has grown.
node "$signet" keyring check --no-input --within 30 >"$RUNNER_TEMP/check" 2>&1 || echo "attention=true" >>"$GITHUB_OUTPUT"
{ echo '```'; cat "$RUNNER_TEMP/check"; echo '```'; } >>"$GITHUB_STEP_SUMMARY"

git add --all -- keyring
if git diff --cached --quiet; then exit 0; fi
export GIT_AUTHOR_NAME='keyring refresh' GIT_AUTHOR_EMAIL=noreply@github.com
export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
commit="$(git commit-tree -p HEAD -m 'Refresh certificates' "$(git write-tree)")"
git update-ref refs/heads/keyring-refresh "$commit"
git bundle create --quiet "$RUNNER_TEMP/refresh.bundle" HEAD..refs/heads/keyring-refresh
bundle="$(base64 --wrap=0 "$RUNNER_TEMP/refresh.bundle")"
# Linux hands a program no variable of more than 128 KiB, which is how the next job gets it.
if [ "${#bundle}" -gt 120000 ]; then
  echo "::error::More has grown than one run can hand on. Run opam-signet keyring refresh by hand, and push it."
  exit 1
fi
echo "bundle=$bundle" >>"$GITHUB_OUTPUT"
