# The migration: runs once and is done.
set -eu
for step in 1 2 3; do
	echo "migrate: applying step $step of 3"
done
echo "migrate: schema is up to date"
