#!/bin/sh
# Installs the system packages that are missing, through apt, as root or with sudo: those of the program, and with the
# argument "checks" also the browser that the tests of the review page drive.
# Where that is not possible it says what to install; only a missing Python stops it.
here=$(dirname "$0")
want=""
[ -n "$(sh "$here/find_python.sh")" ] || want="$want python3 python3-venv"
tesseract --list-langs 2>/dev/null | grep -qx eng || want="$want tesseract-ocr tesseract-ocr-eng"
if [ "$1" = checks ]; then
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        command -v google-chrome >/dev/null 2>&1 || want="$want chromium"
fi
[ -z "$want" ] && exit 0

as_root=none
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1; then
        # Without a terminal nobody can type a password, so only a sudo that asks for none is of use.
        if [ -t 0 ]; then as_root="sudo"; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; fi
    fi
fi
if [ "$as_root" != none ]; then
    echo "Installing system packages:$want"
    log=$(mktemp)
    # shellcheck disable=SC2086
    if $as_root apt-get update -qq >"$log" 2>&1 &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $want >>"$log" 2>&1; then
        want=""
    else
        tail -n 5 "$log"
    fi
    rm -f "$log"
fi
case "$want" in
*tesseract*)
    echo "Tesseract is not installed; going on without it (one OCR engine fewer). To add it install the package"
    echo "tesseract-ocr (Debian, Ubuntu: apt-get install tesseract-ocr tesseract-ocr-eng; Fedora: dnf install tesseract; macOS: brew install tesseract)."
    ;;
esac
case "$want" in
*chromium*)
    echo "Chromium is not installed; the tests of the review page need it and will fail. Install the package chromium"
    echo "(Debian: apt-get install chromium; Fedora: dnf install chromium; macOS: brew install --cask chromium)."
    ;;
esac
if [ -z "$(sh "$here/find_python.sh")" ]; then
    echo "No Python 3.11, 3.12 or 3.13 with its venv module was found. Install one (Debian 12, Ubuntu 24.04 or newer:" >&2
    echo "apt-get install python3 python3-venv), then run the same command again." >&2
    exit 1
fi
