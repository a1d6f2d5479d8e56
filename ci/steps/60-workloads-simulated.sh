# name: workloads in simulated time, each with two seeds
# limit: 240
exec node dist/conformance/runner/main.js workload --all --driver simulator --for 5s --seed "$(git rev-list --count HEAD)" --repeat 2
