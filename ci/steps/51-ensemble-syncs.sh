# name: DIFF, SNAP and TRUNC between our servers and Apache's, both ways
# limit: 240
exec node dist/ci/ensembles/main.js syncs --brief
