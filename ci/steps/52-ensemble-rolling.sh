# name: Apache's servers replaced by ours one at a time, and back
# limit: 100
exec node dist/ci/ensembles/main.js rolling
