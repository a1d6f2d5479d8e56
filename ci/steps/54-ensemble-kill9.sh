# name: kill -9 of a minority, then of all servers, under pipelined writes
# limit: 180
exec node dist/ci/ensembles/main.js kill9 --rounds 5
