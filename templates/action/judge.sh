#!/usr/bin/env bash
# Judges a pull request or a branch. Everything that varies comes in by the environment, as action.yml says it.
set -euo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
repository="$RUNNER_TEMP/package-repository.git"
report="$RUNNER_TEMP/opam-signet-report"

# A bare repository has no work tree: nothing of what is fetched can ever stand where a program looks for it. git gets
# the token by the environment, and so by no argument or address that a log might show.
GIT_CONFIG_COUNT=1 \
  GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraHeader" \
  GIT_CONFIG_VALUE_0="Authorization: Basic $(printf 'x-access-token:%s' "$GH_TOKEN" | base64 --wrap=0)" \
  git clone --quiet --bare "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" "$repository"

flags=(--directory "$repository" --no-input --quorum "$QUORUM")
for fingerprint in ${FINGERPRINTS//[!0-9A-Fa-f]/ }; do flags+=(--fingerprint "$fingerprint"); done
[ -z "$FROM" ] || flags+=(--from "$FROM")

if [ -n "$PULL_REQUEST" ]; then
  if [[ ! "$PULL_REQUEST" =~ ^[1-9][0-9]*$ ]]; then
    echo "error: the input pull-request is a number" >&2
    exit 2
  fi
  verb=(verify-pr "$PULL_REQUEST")
  [ "$COMMENT" != true ] || verb+=(--comment)
  [ "$CHECK" != true ] || verb+=(--check)
else
  verb=(verify-repo --to "refs/heads/$BRANCH")
fi

# The interface of the same GitHub, which may be an Enterprise Server.
export OPAM_SIGNET_GITHUB_API="$GITHUB_API_URL"
status=0
node "$here/../../bin/opam-signet.js" "${verb[@]}" "${flags[@]}" --format "$FORMAT" --output "$report" || status=$?
echo "report=$report" >>"$GITHUB_OUTPUT"
if [ "$FORMAT" = markdown ] && [ -f "$report" ]; then cat "$report" >>"$GITHUB_STEP_SUMMARY"; fi
exit "$status"
