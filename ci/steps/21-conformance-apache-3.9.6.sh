# name: conformance on Apache ZooKeeper 3.9.6, nothing left out
# limit: 300
exec node dist/ci/peers/main.js with 3.9.6 -- node dist/conformance/runner/main.js --target {address} \
	--exclusive --super super:zkspec --fact containerIntervalMs=500 --fact tickTime=500 --fact maxClientCnxns=60
