# name: elections with Apache ZooKeeper 3.8.0, byte by byte
# limit: 120
exec node dist/ci/quorum/main.js election 3.8.0
