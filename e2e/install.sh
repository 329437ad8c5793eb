#!/bin/sh
# install.sh puts the real parts that `make e2e` needs on a Debian machine: Postfix
# from Debian's package, unconfigured and not started, and tesseract. It does nothing
# where they are there already. Run as root.
set -eu

if [ -x /usr/sbin/postfix ] && [ -x /usr/sbin/sendmail ] && [ -x /usr/bin/tesseract ]; then
	exit 0
fi

export DEBIAN_FRONTEND=noninteractive
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections

# The package would start the system's own instance, which no test uses and which
# would claim port 25: a policy-rc.d that says "no" keeps it from doing so.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
	trap 'rm -f "$policy"' EXIT
fi

apt-get update -q
apt-get install -q -y --no-install-recommends postfix tesseract-ocr
