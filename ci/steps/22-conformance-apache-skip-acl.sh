# name: conformance on Apache ZooKeeper 3.9.6 that checks no permissions
# limit: 60
exec node dist/ci/peers/main.js with 3.9.6 --set skipACL=yes -- node dist/conformance/runner/main.js --target {address} \
	--only acl.skip --fact skipACL=yes
