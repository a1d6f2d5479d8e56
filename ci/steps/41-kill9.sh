# name: kill -9 in the middle of pipelined writes
# limit: 180
exec node dist/ci/durability/main.js kill9 --rounds 12
