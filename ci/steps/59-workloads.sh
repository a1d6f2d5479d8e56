# name: workloads on bundled servers that are hurt, what their clients saw judged
# limit: 240
exec node dist/conformance/runner/main.js workload --all --for 3s
