# name: workloads in simulated time
# limit: 240
# Of pipelined writes there are too many in a second of simulated time.
names="bank lagging locks mixed multi queue registers sequences sessions watches"
exec node dist/conformance/runner/main.js workload $names --driver simulator --for 2s --seed "$(git rev-list --count HEAD)"
