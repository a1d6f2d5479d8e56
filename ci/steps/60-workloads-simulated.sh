# name: workloads in simulated time
# limit: 240
# Of pipelined writes there are too many in a second of simulated time; five clients instead of sixteen, because the seed decides
# how fast the network is as well, and three times as many calls fit into two seconds of a fast one.
names="bank lagging locks mixed multi queue registers sequences sessions watches"
exec node dist/conformance/runner/main.js workload $names --driver simulator --for 2s --clients 5 --seed "$(git rev-list --count HEAD)"
