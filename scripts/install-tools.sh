#!/bin/sh
# The foreign tools that the tests check us against, and the fonts that faces fall back on. Debian's packages, when they
# are missing and we may install them.
set -eu
missing=""
command -v openssl >/dev/null || missing="$missing openssl"
command -v pdfsig >/dev/null || missing="$missing poppler-utils"
command -v qpdf >/dev/null || missing="$missing qpdf"
[ -e /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -q >/dev/null
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
else
    echo "the tests need these packages, please install them:$missing" >&2
    exit 1
fi
