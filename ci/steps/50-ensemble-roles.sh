# name: one of our servers among Apache's: every role, every change of roles
# limit: 240
exec node dist/ci/ensembles/main.js mixed
