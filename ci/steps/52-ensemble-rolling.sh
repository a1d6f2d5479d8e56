# name: Apache's servers replaced by ours one at a time, and back
# limit: 150
exec node dist/ci/ensembles/main.js rolling
