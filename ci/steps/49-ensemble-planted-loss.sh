# name: writes that an ensemble forgets are missed
# limit: 90
exec node dist/ci/ensembles/main.js planted-loss
