#!/bin/sh
# Prints the newest Python from 3.11 to 3.13 that runs and can make virtual environments; prints nothing if there is none.
for name in python3.13 python3.12 python3.11 python3 python; do
    # A name on the PATH may be a shim that does not run, so it is run, not looked up.
    if "$name" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
