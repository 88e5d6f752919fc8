#!/bin/sh
# Makes the files that compose.yaml hands to the containers. What is there already is kept.
#
#   deploy/make_secrets.sh MODELS_HOST [EDITOR_HOST]
#
# The folder is for its owner alone, and its files can be read by all: a container sees a file without
# its folder, and reads it as a user that this machine does not know.
set -eu

models_host=${1:?"usage: make_secrets.sh MODELS_HOST [EDITOR_HOST]"}
editor_host=${2:-$models_host}
folder=${SECRETS_FOLDER:-$(dirname "$0")/secrets}
umask 077
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

# keep NAME: writes standard input to a file that is not there yet.
keep() {
  if [ -e "$1" ]; then cat >/dev/null; else cat >"$1"; fi
}

# certify NAME SUBJECT ALT_NAMES: makes a certificate that its owner signs.
certify() {
  if [ -e "$1_certificate" ]; then return; fi
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$2" \
    -addext "subjectAltName=$3" -keyout "$1_key" -out "$1_certificate" 2>/dev/null
}

# Between the proxy and the server, inside.
certify server server DNS:server
if [ ! -e proxy_certificate ]; then
  certify proxy "$models_host" "DNS:$models_host,DNS:$editor_host"
  echo "proxy_certificate is signed by itself, to try with: put a real one in its place." >&2
fi

openssl rand -hex 24 | keep postgres_password
printf 'postgresql://antiphon:%s@postgres/antiphon\n' "$(cat postgres_password)" | keep history_url
if [ ! -e redis_config ]; then
  password=$(openssl rand -hex 24)
  printf 'requirepass %s\n' "$password" | keep redis_config
  printf 'redis://:%s@redis:6379/0\n' "$password" | keep redis_url
fi
printf 'auth: password\npassword: %s\ncert: false\n' "$(openssl rand -hex 12)" | keep editor_config
keep openai_api_key </dev/null
chmod 444 -- *
