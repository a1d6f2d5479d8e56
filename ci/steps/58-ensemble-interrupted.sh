# name: a program that hurts ensembles, ended at random moments, leaves nothing behind
# limit: 150
for driver in bundled namespaces; do
	node dist/ci/ensembles/main.js interrupted $driver --runs 6
	code=$?
	[ $code = 0 ] || [ $code = 77 ] || exit $code
done
