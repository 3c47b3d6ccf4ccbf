#!/bin/sh
# Makes the certificates of the tests anew, for a hundred years. Their keys protect nothing.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cat > "$work/ca.cnf" <<END
[ca]
default_ca = tests
[tests]
database = $work/index
new_certs_dir = $work
certificate = ca.pem
private_key = $work/ca.key
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
END
touch "$work/index"

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# sign NAME KEY EXTENSION LAST_DAY [OPTION]
sign() {
  openssl req -new -key "$2" -subj "/CN=flowscope test $1" -addext "$3" -out "$work/request"
  openssl ca -batch -notext -config "$work/ca.cnf" -in "$work/request" -out "$1.pem" \
    -startdate 20200101000000Z -enddate "$4" ${5:-}
}

LAST=21200101000000Z
HERE='subjectAltName=DNS:localhost,DNS:*.flow.test,DNS:*.eu-west-1.amazonaws.com,IP:127.0.0.1'
key "$work/ca.key"
key server.key
key renewed.key
sign ca "$work/ca.key" 'basicConstraints=critical,CA:TRUE' $LAST -selfsign
sign server server.key "$HERE" $LAST
sign renewed renewed.key "$HERE" $LAST
sign expired server.key "$HERE" 20210101000000Z
sign elsewhere server.key 'subjectAltName=DNS:elsewhere.example' $LAST
openssl pkey -in server.key -aes256 -passout pass:flowscope -out encrypted.key
