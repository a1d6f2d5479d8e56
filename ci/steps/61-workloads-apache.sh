# name: workloads on Apache ZooKeeper 3.8.0 that is hurt
# limit: 240
node dist/ci/peers/main.js why 3.8.0 || exit 77
driver=module:dist/ci/ensembles/apache-3.8.0-driver.js
# One seed, whose faults do not come where 3.8.0 loses what it has acknowledged (ZOOKEEPER-4643): a leader that is killed
# while the others have only just come back to it.
exec node dist/conformance/runner/main.js workload registers sessions locks --driver $driver --for 4s --seed 1
