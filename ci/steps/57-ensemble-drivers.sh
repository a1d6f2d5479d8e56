# name: faults do what they should, for every driver that can run here, and are healed
# limit: 240
for driver in bundled mixed namespaces; do
	node dist/ci/ensembles/main.js driver $driver
	code=$?
	[ $code = 0 ] || [ $code = 77 ] || exit $code
done
