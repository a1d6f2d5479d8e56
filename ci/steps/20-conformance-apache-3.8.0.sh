# name: conformance on Apache ZooKeeper 3.8.0
# limit: 120
exec node dist/ci/peers/main.js with 3.8.0 -- node dist/conformance/runner/main.js --target {address}
