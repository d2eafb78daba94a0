# The worker: asks the web server for work, once a second, and writes down how many jobs it did.
set -eu
trap 'echo "worker: stopping"; exit 0' TERM INT
mkdir -p "$RUN_DIR"
jobs=0
echo "$jobs" >"$RUN_DIR/worker.jobs"
while :; do
	if busybox wget -q -O /dev/null "$WEB_URL/ready.json" 2>/dev/null; then
		jobs=$((jobs + 1))
		echo "$jobs" >"$RUN_DIR/worker.jobs"
		[ "$LOG_LEVEL" != debug ] || echo "worker: DEBUG job $jobs done"
		[ $((jobs % 10)) != 3 ] || echo "worker: INFO $jobs jobs done"
	else
		echo "worker: WARN $WEB_URL does not answer"
	fi
	sleep 1
done
