#!/bin/sh
# The studio by a double click, on macOS: see eidophone.sh.
exec sh "$(dirname -- "$0")/eidophone.sh" "$@"
