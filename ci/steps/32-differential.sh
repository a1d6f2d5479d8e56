# name: random programs on the bundled server and on Apache ZooKeeper 3.9.6: every answer the same
# limit: 60
exec node dist/ci/differential/main.js --apache 3.9.6 --seed 3 --seeds 5 --steps 2000 --time 20 --shrink 20
