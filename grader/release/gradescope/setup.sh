#!/usr/bin/env bash
# Installs the grader where Gradescope builds the assignment's machine. Any step that fails ends it:
# a machine on which nothing can be graded is to be seen now, and not by the first student.
set -euo pipefail

source=/autograder/source
venv=/autograder/venv

# The grader needs Python 3.11 or newer, with venv.
fits() {
    command -v "$1" > /dev/null &&
        "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
}

find_python() {
    for each in python3 python3.14 python3.13 python3.12 python3.11; do
        if fits "$each"; then
            echo "$each"
            return
        fi
    done
    return 1
}

if ! find_python > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install --yes --no-install-recommends python3 python3-venv
    find_python > /dev/null || apt-get install --yes --no-install-recommends python3.11 python3.11-venv
fi
if ! python="$(find_python)"; then
    echo "setup.sh: this machine has no Python 3.11 or newer with venv, and apt-get could not install" \
        "one. Choose a newer base image in Gradescope's settings of the autograder." >&2
    exit 1
fi

# A pip configuration may have been put into the bundle.
if [ -f "$source/pip.conf" ]; then
    export PIP_CONFIG_FILE="$source/pip.conf"
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
"$python" -m venv "$venv"
cd "$source" # the requirements name the wheel by its place in it
"$venv/bin/pip" install --quiet --find-links wheels --constraint constraints.txt \
    --requirement requirements.txt

# The course's files and its secret are root's alone; hand-ins run as other users.
chmod -R u=rwX,go= "$source"
"$venv/bin/grader" --version
"$venv/bin/grader" doctor
