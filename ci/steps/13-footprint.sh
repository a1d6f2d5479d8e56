# name: nothing is left on a server that others use, however the suite ends
# limit: 600
exec node dist/ci/footprint/main.js --brief
