# name: every expectation fails when it is turned around
# limit: 600
exec node dist/conformance/runner/main.js --flip-all --servers 1
