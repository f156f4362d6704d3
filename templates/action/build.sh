#!/usr/bin/env bash
# Builds the opam-signet that this action came with. Its lock file binds every package by digest; none may run a script.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
npm ci --ignore-scripts --no-audit --no-fund
npm run build
