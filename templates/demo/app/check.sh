# Health checks: sh check.sh SERVICE. The worker counts as healthy once it has done three jobs.
case $1 in
worker)
	jobs=$(cat "$RUN_DIR/worker.jobs" 2>/dev/null || echo 0)
	echo "$jobs jobs done, 3 are needed"
	[ "$jobs" -ge 3 ]
	;;
*)
	if [ -f "$RUN_DIR/$1.ready" ]; then
		echo "$1 is ready"
	else
		echo "$1 is not ready yet"
		exit 1
	fi
	;;
esac
