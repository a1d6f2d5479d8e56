# name: writes that an ensemble forgets are missed
# limit: 60
exec node dist/ci/ensembles/main.js planted-loss
