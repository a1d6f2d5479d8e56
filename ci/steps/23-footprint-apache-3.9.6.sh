# name: nothing is left on an Apache ZooKeeper 3.9.6 that others use, however the suite ends
# limit: 300
exec node dist/ci/peers/main.js with 3.9.6 -- node dist/ci/footprint/main.js {address}
