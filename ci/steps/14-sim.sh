# name: whole ensembles in simulated time: half a minute of seeds, every promise checked while everything goes wrong
# limit: 300
exec node dist/reference/sim-cli/main.js 1 --for 30s --jobs 2
