# The store: opens its data directory, takes a moment, then counts the seconds it has been up.
set -eu
trap 'echo "store: closing"; rm -f "$RUN_DIR/store.ready"; exit 0' TERM INT
mkdir -p "$RUN_DIR"
rm -f "$RUN_DIR/store.ready"
echo "store: opening $DATA_DIR"
if ! touch "$DATA_DIR/store.db"; then
	echo "store: ERROR cannot write to $DATA_DIR as user $(id -u):$(id -g)"
	exit 1
fi
sleep 1
echo "store: ready"
echo ready >"$RUN_DIR/store.ready"
while :; do
	date -u +%s >"$DATA_DIR/store.db"
	sleep 1
done
