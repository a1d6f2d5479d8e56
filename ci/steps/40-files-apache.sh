# name: files exchanged with Apache ZooKeeper
# limit: 180
exec node dist/ci/durability/main.js apache-files
