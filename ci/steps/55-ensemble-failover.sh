# name: the leader is killed under load: the time to the next write, ours and Apache's
# limit: 180
# alone: it measures
exec node dist/ci/ensembles/main.js failover --rounds 4
