# name: conformance on Apache ZooKeeper 3.9.6
# limit: 120
exec node dist/ci/peers/main.js with 3.9.6 -- node dist/conformance/runner/main.js --target {address}
