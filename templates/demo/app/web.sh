# The web server: sh web.sh PORT. Warms up for four seconds before it listens.
set -eu
port=$1
www=$RUN_DIR/www
if [ -z "${SESSION_SECRET:-}" ]; then
	echo "web: ERROR SESSION_SECRET is not set"
	exit 1
fi
escape() {
	printf '%s' "$1" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'
}
mkdir -p "$www"
printf '<!doctype html>\n<title>demo</title>\n<h1>%s</h1>\n<p>%s</p>\n' \
	"$(escape "$GREETING")" "$(escape "$ADMIN_EMAIL")" >"$www/index.html"
printf '{"ready": true}\n' >"$www/ready.json"
for left in 4 3 2 1; do
	echo "web: warming up, $left s left"
	sleep 1
done
echo "web: listening on port $port"
busybox httpd -f -p "$port" -h "$www" &
server=$!
trap 'echo "web: stopping"; kill "$server"; exit 0' TERM INT
wait "$server"
