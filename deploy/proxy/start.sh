#!/bin/sh
# Writes nginx's configuration from the environment, and becomes nginx.
set -eu

# nginx asks for an address when it is needed, so a service may start later, or not at all.
resolver=$(awk '$1 == "nameserver" { print $2; exit }' /etc/resolv.conf)
case $resolver in *:*) resolver="[$resolver]" ;; esac

sed \
  -e "s|@RESOLVER@|${RESOLVER:-${resolver:-127.0.0.11}}|g" \
  -e "s|@MODELS_HOST@|${MODELS_HOST:?is the name at which clients reach the server}|g" \
  -e "s|@EDITOR_HOST@|${EDITOR_HOST:-editor.invalid}|g" \
  -e "s|@SERVER@|${SERVER:-server:4123}|g" \
  -e "s|@EDITOR@|${EDITOR:-editor:8080}|g" \
  -e "s|@SECRETS@|${SECRETS:-/run/secrets}|g" \
  -e "s|@HTTP_PORT@|${HTTP_PORT:-80}|g" \
  -e "s|@HTTPS_PORT@|${HTTPS_PORT:-443}|g" \
  "${TEMPLATE:-/opt/proxy/nginx.conf.template}" >"${RUN_FOLDER:-/tmp}/nginx.conf"

exec nginx -c "${RUN_FOLDER:-/tmp}/nginx.conf" -e stderr "$@"
