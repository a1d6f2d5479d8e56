# name: garbage, huge frames and strangers on the ports of one of our servers among Apache's
# limit: 150
exec node dist/ci/ensembles/main.js bad-input
